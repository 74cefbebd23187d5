import { Fault } from '#domain/fault.ts';
import type { FaultKind } from '#domain/fault.ts';
import { RelayFault } from '#domain/relay-fault.ts';
import { brokenInside, problemReply } from './reply.ts';
import type { Reply } from './reply.ts';
import { statusOf } from './status-of.ts';

/** Everything below this path speaks OpenAI's protocol, its errors included. */
export function isOpenAiPath(path: string): boolean {
  return path.startsWith('/v1/');
}

/** An error as clients of OpenAI's protocol read it. */
export function openAiErrorReply(
  error: unknown,
  requestId: string,
  more?: Readonly<Record<string, string>>,
): Reply {
  const { headers } = problemReply(error, requestId, more);
  return {
    status: statusFor(error),
    body: openAiError(error, requestId),
    headers: { ...headers, 'Content-Type': 'application/json' },
  };
}

/** What an upstream said to a bad request stays as it is. */
export function openAiError(error: unknown, requestId: string): string {
  if (error instanceof RelayFault && error.body !== null) return error.body;
  const { kind, code, message, problems } = error instanceof Fault ? error : brokenInside(requestId);
  const param = problems[0]?.field ?? null;
  return JSON.stringify({ error: { message, type: TYPES[kind], param, code } });
}

/** Clients of this protocol try 409, 429 and what is 500 or above again, by themselves. */
function statusFor(error: unknown): number {
  if (!(error instanceof Fault)) return 500;
  if (!(error instanceof RelayFault)) return statusOf(error.kind);
  if (error.status !== null) return error.status;
  if (error.kind !== 'unavailable') return statusOf(error.kind);
  return error.code === 'upstream_timed_out' ? 504 : 502;
}

const TYPES: Readonly<Record<FaultKind, string>> = {
  invalid: 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  not_found: 'invalid_request_error',
  conflict: 'invalid_request_error',
  too_large: 'invalid_request_error',
  unsupported: 'invalid_request_error',
  refused: 'invalid_request_error',
  limited: 'rate_limit_error',
  unavailable: 'server_error',
  internal: 'server_error',
};
