import { RedisScript } from '#clients/redis-script.ts';
import { endOfPart, firstPart, partOf, SLIDING_PARTS } from '#domain/quota-book.ts';
import { quotaId, WINDOW_MS } from '#domain/quota.ts';
import type { Quota } from '#domain/quota.ts';
import type { Redis } from 'ioredis';

/** Keys outlive what they count by this much: clocks differ a little. */
const MARGIN_MS = 60_000;

/** What is asked for of one quota. */
export interface Want {
  readonly quota: Quota;
  readonly calls: number;
}

export interface Granted {
  readonly calls: number;
  /** All that is counted, with what was granted now. */
  readonly total: number;
  /** Until the oldest of it counts no more. */
  readonly resetMs: number;
}

/**
 * For each key: grants as many of the wanted calls as the limit has left, and counts them. An aligned window is a
 * number under a key of its own; a sliding one a hash of its parts, which stay for two windows longer than they count:
 * a process that is behind (its clock, or a busy moment) still has to find them.
 *
 * ARGV for each key: kind, limit, wanted, life in milliseconds, the current part, the first that counts.
 */
const GRANT = new RedisScript(`
local out = {}
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 6
  local limit, wanted = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local part, first = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  local used, oldest = 0, part
  if ARGV[at + 1] == 'aligned' then
    used = tonumber(redis.call('get', key) or '0')
  else
    local all = redis.call('hgetall', key)
    for j = 1, #all, 2 do
      local each = tonumber(all[j])
      if each < first - ${2 * SLIDING_PARTS} then
        redis.call('hdel', key, all[j])
      elseif each >= first then
        used = used + tonumber(all[j + 1])
        if each < oldest then oldest = each end
      end
    end
  end
  local granted = math.max(0, math.min(wanted, limit - used))
  if granted > 0 then
    if ARGV[at + 1] == 'aligned' then redis.call('incrby', key, granted)
    else redis.call('hincrby', key, part, granted) end
    redis.call('pexpire', key, ARGV[at + 4])
  end
  out[i] = { granted, used + granted, oldest }
end
return out`);

/**
 * Adds what was let in while the server was away. One that came back with less than it had is put right first.
 *
 * ARGV for each key: kind, calls, what it had before, life, the current part.
 */
const CATCH_UP = new RedisScript(`
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 5
  if ARGV[at + 1] == 'aligned' then
    local known = math.max(tonumber(redis.call('get', key) or '0'), tonumber(ARGV[at + 3]))
    redis.call('set', key, known + tonumber(ARGV[at + 2]))
  else
    redis.call('hincrby', key, ARGV[at + 5], ARGV[at + 2])
  end
  redis.call('pexpire', key, ARGV[at + 4])
end
return #KEYS`);

export async function grant(
  redis: Redis,
  prefix: string,
  wants: readonly Want[],
  now: number,
): Promise<readonly Granted[]> {
  const keys = wants.map(({ quota }) => keyOf(prefix, quota, now));
  const values = wants.flatMap(({ quota, calls }) => [
    kindOf(quota),
    quota.calls,
    calls,
    lifeOf(quota),
    partOf(quota, now),
    firstPart(quota, now),
  ]);
  const rows = (await GRANT.run(redis, keys, values)) as [number, number, number][];
  return rows.map(([calls, total, oldest], at) => {
    const { quota } = wants[at] as Want;
    return { calls, total, resetMs: endOfPart(quota, oldest, now) };
  });
}

/** What one process let in by itself. */
export interface Missed extends Want {
  /** What it knew to be counted before. */
  readonly known: number;
}

export async function catchUp(
  redis: Redis,
  prefix: string,
  missed: readonly Missed[],
  now: number,
): Promise<void> {
  const keys = missed.map(({ quota }) => keyOf(prefix, quota, now));
  const values = missed.flatMap(({ quota, calls, known }) => [
    kindOf(quota),
    calls,
    known,
    lifeOf(quota),
    partOf(quota, now),
  ]);
  await CATCH_UP.run(redis, keys, values);
}

/** All in one slot, should it be a cluster: a call is counted against several at once. */
export function keyPrefix(prefix: string): string {
  return `${prefix}:{quota}:`;
}

function keyOf(prefix: string, quota: Quota, now: number): string {
  const key = keyPrefix(prefix) + quotaId(quota);
  return quota.isSliding ? key : `${key}|${partOf(quota, now)}`;
}

function kindOf({ isSliding }: Quota): 'aligned' | 'sliding' {
  return isSliding ? 'sliding' : 'aligned';
}

function lifeOf({ per, isSliding }: Quota): number {
  const parts = isSliding ? 1 + 1 / SLIDING_PARTS : 1;
  return Math.ceil(WINDOW_MS[per] * parts) + MARGIN_MS;
}
