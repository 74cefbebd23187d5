import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<string | null>();

/** Does work in the name of a request: see the port. */
export function trace<T>(requestId: string | null, work: () => T): T {
  return requests.run(requestId, work);
}

/** The request in whose name this runs; null: none. */
export function tracedRequest(): string | null {
  return requests.getStore() ?? null;
}

/** What a call to another server carries, so that its log can be read beside ours. */
export function traceHeaders(): Record<string, string> {
  const requestId = tracedRequest();
  return requestId === null ? {} : { 'X-Request-Id': requestId };
}
