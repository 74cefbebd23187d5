import { AsyncLocalStorage } from 'node:async_hooks';

interface Traced {
  readonly requestId: string | null;
  readonly traceParent: string | null;
}

const NOBODYS: Traced = { requestId: null, traceParent: null };

const traced = new AsyncLocalStorage<Traced>();

/** Does work in the name of a request: see the port. */
export function trace<T>(requestId: string | null, work: () => T): T {
  return traced.run({ requestId, traceParent: tracedParent() }, work);
}

/** Does work at a place in a trace: see the tracer. */
export function traceFrom<T>(traceParent: string | null, work: () => T): T {
  return traced.run({ requestId: tracedRequest(), traceParent }, work);
}

/** The request in whose name this runs; null: none. */
export function tracedRequest(): string | null {
  return (traced.getStore() ?? NOBODYS).requestId;
}

/** Where in a trace this runs (W3C `traceparent`); null: nobody follows. */
export function tracedParent(): string | null {
  return (traced.getStore() ?? NOBODYS).traceParent;
}

/** What a call to another server carries, so that its log and its spans can be read beside ours. */
export function traceHeaders(): Record<string, string> {
  const { requestId, traceParent } = traced.getStore() ?? NOBODYS;
  return {
    ...(requestId === null ? {} : { 'X-Request-Id': requestId }),
    ...(traceParent === null ? {} : { traceparent: traceParent }),
  };
}
