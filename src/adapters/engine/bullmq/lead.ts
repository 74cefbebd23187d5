import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

const LEASE_MS = 3_000;

/**
 * Takes or renews the lead, reads the mark that a server which lost its memory does not have, and notes how many jobs this
 * process takes at once, beside what others noted. Such a note lasts as long as a lease.
 */
const TAKE = `
  local holder = redis.call('get', KEYS[1])
  local isOurs = 0
  if not holder or holder == ARGV[1] then
    redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
    isOurs = 1
  end
  local mark = redis.call('get', KEYS[2])
  if not mark then
    mark = ARGV[3]
    redis.call('set', KEYS[2], mark)
  end
  redis.call('set', KEYS[3] .. ':' .. ARGV[1], ARGV[4], 'px', ARGV[2])
  redis.call('sadd', KEYS[3], ARGV[1])
  if isOurs == 0 then return {0, mark, 0} end
  local places = 0
  for _, id in ipairs(redis.call('smembers', KEYS[3])) do
    local count = redis.call('get', KEYS[3] .. ':' .. id)
    if count then places = places + count else redis.call('srem', KEYS[3], id) end
  end
  return {1, mark, places}`;

const LEAVE = `
  redis.call('del', KEYS[2] .. ':' .. ARGV[1])
  redis.call('srem', KEYS[2], ARGV[1])
  if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

export interface Standing {
  readonly isOurs: boolean;
  /** The server holds nothing of what it was told before. */
  readonly hasForgotten: boolean;
  /** How many jobs all processes together take at once; 0 to those that do not lead. */
  readonly places: number;
}

/**
 * Which process offers: a lease in Redis, beside the offers that it is about. When Redis forgets it, two may lead for a
 * moment; then items are offered twice, and claimed once.
 */
export class Lead {
  readonly #redis: Redis;
  readonly #keys: { readonly lead: string; readonly mark: string; readonly places: string };
  readonly #id = randomUUID();
  #mark: string | null = null;
  #isOurs = false;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = { lead: `${prefix}:lead`, mark: `${prefix}:mark`, places: `${prefix}:places` };
  }

  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** @param places how many jobs this process takes at once */
  async take(places: number): Promise<Standing> {
    const { lead, mark, places: noted } = this.#keys;
    const reply = await this.#redis.eval(
      TAKE,
      3,
      lead,
      mark,
      noted,
      this.#id,
      LEASE_MS,
      randomUUID(),
      places,
    );
    const [isOurs, now, all] = reply as [number, string, number];
    const hasForgotten = this.#mark !== null && this.#mark !== now;
    this.#mark = now;
    this.#isOurs = isOurs === 1;
    return { isOurs: this.#isOurs, hasForgotten, places: all };
  }

  async leave(): Promise<void> {
    this.#isOurs = false;
    await this.#redis.eval(LEAVE, 2, this.#keys.lead, this.#keys.places, this.#id);
  }
}
