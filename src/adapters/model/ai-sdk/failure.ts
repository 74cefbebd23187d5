import { ModelFault } from '#domain/model-fault.ts';
import type { ModelConnection } from './connection.ts';
import { hostOf } from './connection.ts';

/** A failed call, as what to do about it. */
export interface Failure {
  readonly fault: ModelFault;
  /** The same call may work in a moment. */
  readonly isTransient: boolean;
  /** The model is at fault, not this call: enough of these, and it is left alone. */
  readonly isOutage: boolean;
  readonly retryAfterMs: number | null;
}

/** Waits longer than this are the caller's, not ours. */
export const MAX_WAIT_MS = 20_000;

const RETRY_SECONDS = 5;
const REPAIR_SECONDS = 60;
const MAX_WHY = 300;

/** What an error of a call means. */
export function failureOf(error: unknown, connection: ModelConnection, now: number): Failure {
  const status = field(error, 'statusCode');
  // A call that breaks off, or cannot be read, after a good status still has that status.
  if (typeof status === 'number' && status >= 300) return ofStatus(error, status, { connection, now });
  const why = whyOf(error, connection);
  if (nameOf(error) === 'TimeoutError') {
    return outage(
      'model_timed_out',
      `${told(connection)} said nothing for ${connection.timeoutMs / 1_000} s.`,
      error,
    );
  }
  if (/JSON|Type validation|Invalid/i.test(nameOf(error) + why) || nameOf(error) === 'GarbledError') {
    return outage(
      'model_garbled',
      `${told(connection)} answered with something that cannot be read: ${why}`,
      error,
    );
  }
  return outage('model_unreachable', `${told(connection)} cannot be reached or broke off: ${why}`, error);
}

/** What came was not what was asked for. */
export class GarbledError extends Error {
  override readonly name = 'GarbledError';
}

interface Context {
  readonly connection: ModelConnection;
  readonly now: number;
}

function ofStatus(error: unknown, status: number, { connection, now }: Context): Failure {
  const why = whyOf(error, connection);
  const retryAfterMs = readRetryAfter(headersOf(error), now);
  if (status === 429) {
    return {
      fault: limitedFault(connection, retryAfterMs, why, error),
      isTransient: (retryAfterMs ?? 0) <= MAX_WAIT_MS,
      isOutage: false,
      retryAfterMs: retryAfterMs ?? 1_000,
    };
  }
  if (status === 401 || status === 403) {
    const message = `${told(connection)} refused the key (${status}): ${why}`;
    return incurable('model_key_refused', message, error, true);
  }
  if (status === 404) {
    const message = `${hostOf(connection)} has no model "${connection.model}": ${why}`;
    return incurable('model_missing', message, error, true);
  }
  // A redirect is not followed, since it would take the key elsewhere.
  if (status < 500 && status !== 408) {
    const message = `${told(connection)} refused the request (${status}): ${why}`;
    return incurable('model_refused', message, error, false);
  }
  const failed = outage(
    'model_failed',
    `${told(connection)} failed (${status}): ${why}`,
    error,
    retryAfterMs,
  );
  return { ...failed, isTransient: (retryAfterMs ?? 0) <= MAX_WAIT_MS };
}

function limitedFault(
  connection: ModelConnection,
  retryAfterMs: number | null,
  why: string,
  cause: unknown,
): ModelFault {
  const retryAfterSeconds = Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000));
  const message = `${told(connection)} takes no more calls for now (429): ${why}`;
  return new ModelFault('limited', 'model_limited', message, { retryAfterSeconds, cause, isOutage: true });
}

function outage(
  code: `model_${string}`,
  message: string,
  cause: unknown,
  retryAfterMs: number | null = null,
): Failure {
  const retryAfterSeconds = retryAfterMs === null ? RETRY_SECONDS : Math.ceil(retryAfterMs / 1_000);
  const fault = new ModelFault('unavailable', code, message, { retryAfterSeconds, cause });
  return { fault, isTransient: true, isOutage: true, retryAfterMs };
}

/** Somebody has to change a setting first; `isOutage`: whatever the model is asked. */
function incurable(code: `model_${string}`, message: string, cause: unknown, isOutage: boolean): Failure {
  const details = { retryAfterSeconds: REPAIR_SECONDS, cause, isOutage };
  const fault = new ModelFault('unavailable', code, message, details);
  return { fault, isTransient: false, isOutage: false, retryAfterMs: null };
}

export function told(connection: ModelConnection): string {
  return `The model ${connection.provider}:${connection.model} at ${hostOf(connection)}`;
}

/** Seconds or a date, as HTTP has it; some servers say it in milliseconds. */
export function readRetryAfter(
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
): number | null {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const text = headers['retry-after'];
  if (text === undefined) return null;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** In the server's words, cut short, and without the key, which some servers repeat. */
function whyOf(error: unknown, { apiKey }: ModelConnection): string {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const why = `${message}${cause}`.replace(/\s+/g, ' ').trim();
  const clean = apiKey === null || apiKey === '' ? why : why.replaceAll(apiKey, '[key]');
  return clean.length <= MAX_WHY ? clean : `${clean.slice(0, MAX_WHY)}…`;
}

function headersOf(error: unknown): Readonly<Record<string, string | undefined>> {
  return (field(error, 'responseHeaders') ?? {}) as Record<string, string>;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
