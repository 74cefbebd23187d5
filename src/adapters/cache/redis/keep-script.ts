import { RedisScript } from '#clients/redis-script.ts';

/** An entry that is kept, or a mark that is left in its place. */
export interface Kept {
  /** Begins the names of all entries of the project. */
  readonly start: string;
  readonly key: string;
  readonly entry: string | Buffer;
  readonly madeAt: number;
  readonly version: number;
  readonly ttlMs: number;
  readonly now: number;
  /** null: not limited, and counted only where it was limited before. */
  readonly mostBytes: number | null;
  /** A mark is small and soon gone: it is not counted, and goes for nobody's sake. */
  readonly isMark: boolean;
}

/** Names that no key of an answer has, so that they go with the project. */
const ENDS = '#ends';
const SIZES = '#sizes';
/** Longer than any entry. */
const COUNT_TTL_MS = 25 * 3_600_000;

/**
 * Of two under one key the newer stays: by when it was made, then by the documents it was last compared with.
 *
 * What a limited project keeps is counted beside its entries: when each ends, its size, and the sum under the empty
 * name. Redis may throw out any of it. Entries that it threw out count until they would have ended; when one of the two
 * counts is lost, both begin anew.
 *
 * KEYS: the entry, ends, sizes. ARGV: the entry, when it was made, version, life, key, now, most (-1: any), start of
 * names, 1 for a mark.
 */
const KEEP = new RedisScript(`
local made, version = string.match(redis.call('getrange', KEYS[1], 0, 63), '^(%d+) (%d+) ')
if made then
  local older = tonumber(made) - tonumber(ARGV[2])
  if older > 0 or (older == 0 and tonumber(version) > tonumber(ARGV[3])) then return 0 end
end
local most, isMark = tonumber(ARGV[7]), ARGV[9] == '1'
if most >= 0 and not isMark and #ARGV[1] > most then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[4])
local hasEnds, hasSizes = redis.call('exists', KEYS[2]), redis.call('exists', KEYS[3])
if most < 0 and hasSizes == 0 then return 1 end
if hasEnds ~= hasSizes then redis.call('unlink', KEYS[2], KEYS[3]) end

local function count(key, bytes)
  local before = tonumber(redis.call('hget', KEYS[3], key) or 0)
  if bytes > 0 then redis.call('hset', KEYS[3], key, bytes)
  else
    redis.call('hdel', KEYS[3], key)
    redis.call('zrem', KEYS[2], key)
  end
  return redis.call('hincrby', KEYS[3], '', bytes - before)
end

local now = tonumber(ARGV[6])
for _, key in ipairs(redis.call('zrangebyscore', KEYS[2], '-inf', now, 'limit', 0, 100)) do count(key, 0) end
local total
if isMark then total = count(ARGV[5], 0)
else
  redis.call('zadd', KEYS[2], now + tonumber(ARGV[4]), ARGV[5])
  total = count(ARGV[5], #ARGV[1])
end
while most >= 0 and total > most do
  local first = redis.call('zrange', KEYS[2], 0, 0)[1]
  if not first then break end
  redis.call('unlink', ARGV[8] .. first)
  total = count(first, 0)
end
redis.call('pexpire', KEYS[2], ${COUNT_TTL_MS})
redis.call('pexpire', KEYS[3], ${COUNT_TTL_MS})
return 1`);

type Server = Parameters<RedisScript['run']>[0];

export async function keepEntry(redis: Server, kept: Kept): Promise<void> {
  const { start, key, entry, madeAt, version, ttlMs, now, mostBytes, isMark } = kept;
  const values = [entry, madeAt, version, ttlMs, key, now, mostBytes ?? -1, start, isMark ? 1 : 0];
  await KEEP.run(redis, [start + key, start + ENDS, start + SIZES], values);
}

export async function countedBytes(redis: Server, start: string): Promise<number | null> {
  const total = await redis.hget(start + SIZES, '');
  return total === null ? null : Number(total);
}
