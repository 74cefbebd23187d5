import type { Exchange } from '../call.ts';

const ACCEPTED = /^[\w.:-]{1,64}$/;

/** The caller's own `X-Request-Id` when it is fit for logs and headers, otherwise a new one. */
export function requestIdOf(c: Exchange): string {
  const given = c.req.raw.headers.get('x-request-id');
  return given !== null && ACCEPTED.test(given) ? given : crypto.randomUUID();
}
