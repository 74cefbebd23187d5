import type { Redis } from 'ioredis';
import { endOfPart, firstPart, partOf } from '#domain/quota-book.ts';
import type { QuotaUse } from '#domain/quota-book.ts';
import { WINDOW_MS } from '#domain/quota.ts';
import type { WindowName } from '#domain/quota.ts';
import { keyPrefix } from './quota-scripts.ts';

/** A list for people need not be longer. */
const MOST_LISTED = 10_000;

interface Counted {
  readonly key: string;
  readonly id: string;
  readonly subject: string;
  readonly window: { readonly per: WindowName; readonly isSliding: boolean };
  /** Of an aligned window. */
  readonly part: number;
}

/** Reads back what the scripts wrote. */
export async function listCounted(redis: Redis, prefix: string, now: number): Promise<readonly QuotaUse[]> {
  const all = await scan(redis, prefix);
  const current = all.filter(({ window, part }) => window.isSliding || part === partOf(window, now));
  const pipeline = redis.pipeline();
  for (const { key, window } of current) {
    if (window.isSliding) pipeline.hgetall(key);
    else pipeline.get(key);
  }
  const values = (await pipeline.exec()) ?? [];
  return current.flatMap(({ id, window }, at) => {
    const parts = partsOf(values[at]?.[1], partOf(window, now)).filter(
      ([part]) => part >= firstPart(window, now),
    );
    const used = parts.reduce((sum, [, calls]) => sum + calls, 0);
    const oldest = Math.min(partOf(window, now), ...parts.map(([part]) => part));
    return used === 0 ? [] : [{ id, used, resetMs: endOfPart(window, oldest, now) }];
  });
}

export async function dropCounted(
  redis: Redis,
  prefix: string,
  isGone: (subject: string) => boolean,
): Promise<void> {
  const gone = (await scan(redis, prefix)).filter(({ subject }) => isGone(subject)).map(({ key }) => key);
  if (gone.length > 0) await redis.unlink(...gone);
}

function partsOf(value: unknown, part: number): [number, number][] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return [[part, Number(value)]];
  return Object.entries(value).map(([name, calls]) => [Number(name), Number(calls)]);
}

async function scan(redis: Redis, prefix: string): Promise<Counted[]> {
  const start = keyPrefix(prefix);
  const pattern = `${start.replaceAll(/[*?[\]\\]/g, '\\$&')}*`;
  const found: Counted[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
    cursor = next;
    for (const key of keys) {
      const counted = read(key, key.slice(start.length));
      if (counted !== null) found.push(counted);
    }
  } while (cursor !== '0' && found.length < MOST_LISTED);
  return found;
}

function read(key: string, rest: string): Counted | null {
  const [kind, per, ...subject] = rest.split('|');
  if (per === undefined || !(per in WINDOW_MS)) return null;
  const isSliding = kind === 'sliding';
  const part = isSliding ? 0 : Number(subject.pop());
  const window = { per: per as WindowName, isSliding };
  return { key, id: [kind, per, ...subject].join('|'), subject: subject.join('|'), window, part };
}
