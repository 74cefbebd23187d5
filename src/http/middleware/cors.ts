import type { Exchange } from '../call.ts';
import { empty, type Reply } from '../reply.ts';

const METHODS = 'GET, POST, PATCH, DELETE';
const ASKED_FOR =
  'Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Preheat-Key, Preheat-Project, X-Request-Id';
const SHOWN = 'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
const KEPT_SECONDS = '600';

/** The origin of another site's page that may call; null: none, or one that may not. */
export function allowedOrigin(c: Exchange, origins: readonly string[]): string | null {
  if (origins.length === 0) return null;
  const origin = c.req.raw.headers.get('origin');
  return origin !== null && origins.includes(origin) ? origin : null;
}

/** Lets the page read what it gets. Never with cookies: such pages show a key. */
export function corsHeaders(origin: string): Record<string, string> {
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': SHOWN, Vary: 'Origin' };
}

/** What a browser asks before it sends; null: it did not ask that, or the page may not call. */
export function preflight(c: Exchange, origins: readonly string[]): Reply | null {
  const { method, headers } = c.req.raw;
  if (method !== 'OPTIONS' || headers.get('access-control-request-method') === null) return null;
  if (allowedOrigin(c, origins) === null) return null;
  return empty(204, {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': ASKED_FOR,
    'Access-Control-Max-Age': KEPT_SECONDS,
  });
}
