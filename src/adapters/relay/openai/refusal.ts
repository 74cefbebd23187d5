import type { IncomingHttpHeaders } from 'node:http';
import { RelayFault } from '#domain/relay-fault.ts';

const RETRY_SECONDS = 2;
const REPAIR_SECONDS = 60;
const MAX_RETRY_SECONDS = 3_600;
const MAX_BODY = 64 * 1024;

/** Where it is, for people: without path and key. */
export function told(baseUrl: string): string {
  return baseUrl === '' ? 'The upstream' : `The upstream ${new URL(baseUrl).host}`;
}

export interface Refused {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * What a refusal means for the caller. A request that is bad, or one too many, is the caller's, who gets the upstream's
 * own words; a key that is refused is ours, and no word of it is handed on.
 */
export function refusalOf(baseUrl: string, { status, headers, text }: Refused): RelayFault {
  const body = errorIn(text);
  const retryAfterSeconds = retryAfterOf(headers);
  if (status === 401 || status === 403) {
    const message = `${told(baseUrl)} refused the key of this server (${status}): whoever runs it has to see to PREHEAT_UPSTREAM_KEY.`;
    return new RelayFault('unavailable', 'upstream_key_refused', message, {
      retryAfterSeconds: REPAIR_SECONDS,
    });
  }
  if (status === 429) {
    const message = `${told(baseUrl)} takes no more requests for now (429).`;
    return new RelayFault('limited', 'upstream_limited', message, {
      status,
      body,
      retryAfterSeconds: retryAfterSeconds ?? 1,
    });
  }
  // A redirect is not followed, since it would take the key elsewhere.
  if (status >= 500 || status < 400 || status === 408) {
    const message = `${told(baseUrl)} failed (${status}).`;
    return new RelayFault('unavailable', 'upstream_failed', message, {
      body,
      retryAfterSeconds: retryAfterSeconds ?? RETRY_SECONDS,
    });
  }
  const message = `${told(baseUrl)} refused the request (${status}).`;
  return new RelayFault('refused', 'upstream_refused', message, { status, body });
}

export function unreachable(baseUrl: string, cause: unknown, timeoutMs: number): RelayFault {
  const name = cause instanceof Error ? cause.name : '';
  if (/HeadersTimeout|BodyTimeout|TimeoutError/.test(name)) {
    const message = `${told(baseUrl)} said nothing for ${timeoutMs / 1_000} s.`;
    return new RelayFault('unavailable', 'upstream_timed_out', message, {
      cause,
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
  const message = `${told(baseUrl)} cannot be reached or broke off.`;
  return new RelayFault('unavailable', 'upstream_unreachable', message, {
    cause,
    retryAfterSeconds: RETRY_SECONDS,
  });
}

/** The error object of the protocol; null: it says something else, which is nobody's to see. */
function errorIn(text: string): string | null {
  if (text.length > MAX_BODY) return null;
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'object' && error !== null ? JSON.stringify({ error }) : null;
  } catch {
    return null;
  }
}

function retryAfterOf(headers: IncomingHttpHeaders): number | null {
  const said = headers['retry-after'];
  if (said === undefined) return null;
  const seconds = /^\d+(\.\d+)?$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil(seconds))) : null;
}
