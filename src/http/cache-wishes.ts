import { Fault } from '#domain/fault.ts';
import type { CacheWishes } from '#domain/turn.ts';
import type { Exchange } from './call.ts';

/**
 * What the caller's `Cache-Control` allows: `no-store`, `no-cache`, `max-age=<seconds>` and `only-if-cached`. Others
 * are not for requests, or not for us, and ignored.
 *
 * @throws Fault invalid `bad_cache_control`
 * @see https://www.rfc-editor.org/rfc/rfc9111#name-request-directives
 */
export function readCacheWishes(c: Exchange): CacheWishes {
  const said = new Map<string, string>();
  for (const part of (c.req.raw.headers.get('cache-control') ?? '').slice(0, 1_000).split(',')) {
    const [name = '', value = ''] = part.trim().toLowerCase().split('=', 2);
    if (name !== '') said.set(name, value.replaceAll('"', ''));
  }
  return {
    isStoring: !said.has('no-store'),
    isFresh: said.has('no-cache'),
    maxAgeSeconds: readMaxAge(said.get('max-age')),
    isOnlyCached: said.has('only-if-cached'),
  };
}

function readMaxAge(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Fault(
    'invalid',
    'bad_cache_control',
    `Cache-Control: max-age takes seconds, such as max-age=3600, not "${text.slice(0, 40)}".`,
  );
}
