import { Fault, type Problem } from '#domain/fault.ts';
import type { Problem as WireProblem } from '#wire/problem.ts';
import { statusOf, titleOf } from './status-of.ts';

type HeaderRecord = Readonly<Record<string, string>>;

/**
 * What every answer of the API carries. Plain records, not `Headers`: the Node server writes them as they are,
 * and the warm ask is counted in microseconds.
 */
const API_HEADERS: HeaderRecord = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const JSON_HEADERS: HeaderRecord = { ...API_HEADERS, 'Content-Type': 'application/json' };

/** No proxy is to hold events back or keep them. */
export const EVENT_STREAM_HEADERS: HeaderRecord = {
  ...API_HEADERS,
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** What an endpoint says; the request id is added on the way out. */
export interface Reply {
  readonly status: number;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null;
  readonly headers: HeaderRecord;
}

export function json(status: number, body: unknown, headers?: HeaderRecord): Reply {
  return writtenJson(status, JSON.stringify(body), headers);
}

/** JSON that was written before, as text or as UTF-8. */
export function writtenJson(status: number, body: string | Uint8Array, headers?: HeaderRecord): Reply {
  return { status, body, headers: headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers } };
}

export function empty(status: number, headers: HeaderRecord = {}): Reply {
  return { status, body: null, headers: { ...API_HEADERS, ...headers } };
}

export function stream(contentType: string, body: ReadableStream<Uint8Array>, headers?: HeaderRecord): Reply {
  return { status: 200, body, headers: { ...API_HEADERS, 'Content-Type': contentType, ...headers } };
}

/** An error as problem+json; what was not thrown on purpose says nothing of its inside. */
export function problemReply(error: unknown, requestId: string, more: HeaderRecord = {}): Reply {
  const fault = error instanceof Fault ? error : brokenInside(requestId);
  const status = statusOf(fault.kind);
  const body: WireProblem = {
    type: `urn:preheat:${fault.code}`,
    title: titleOf(fault.kind),
    status,
    code: fault.code,
    detail: fault.message,
    ...(fault.problems.length === 0 ? {} : { problems: fault.problems.map(presentProblem) }),
    requestId,
  };
  const headers: Record<string, string> = {
    ...API_HEADERS,
    ...more,
    'Content-Type': 'application/problem+json',
  };
  if (fault.retryAfterSeconds !== undefined)
    headers['Retry-After'] = String(Math.ceil(fault.retryAfterSeconds));
  if (fault.kind === 'unauthorized') headers['WWW-Authenticate'] = 'Bearer realm="preheat"';
  return { status, body: JSON.stringify(body), headers };
}

export function brokenInside(requestId: string): Fault {
  return new Fault(
    'internal',
    'internal',
    `The server failed on this request. Its log has the reason under the request id ${requestId}.`,
  );
}

export function presentProblem(problem: Problem): NonNullable<WireProblem['problems']>[number] {
  return {
    ...(problem.line === undefined ? {} : { line: problem.line }),
    ...(problem.field === undefined ? {} : { field: problem.field }),
    message: problem.message,
  };
}
