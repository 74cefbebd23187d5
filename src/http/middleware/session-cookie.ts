import { randomBytes } from 'node:crypto';
import type { Exchange } from '../call.ts';

const NAME = 'preheat_session';
const FOUND = new RegExp(`(?:^|;\\s*)${NAME}=([\\w-]{43})(?:;|$)`);

/** The session that the browser sends along; null when it sends none. */
export function sessionIn(c: Exchange): string | null {
  const cookie = c.req.raw.headers.get('cookie');
  return cookie === null ? null : (FOUND.exec(cookie)?.[1] ?? null);
}

export function newSession(): string {
  return randomBytes(32).toString('base64url');
}

/** Not to be read by scripts, not sent by other sites' pages; over TLS only where the page came over it. */
export function sessionCookie(c: Exchange, session: string, maxAgeSeconds: number): Record<string, string> {
  const isSecure = c.req.raw.headers.get('x-forwarded-proto') === 'https';
  const parts = [`${NAME}=${session}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAgeSeconds}`];
  return { 'Set-Cookie': [...parts, ...(isSecure ? ['Secure'] : [])].join('; ') };
}
