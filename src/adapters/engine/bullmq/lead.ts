import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

const LEASE_MS = 3_000;

/** Takes or renews the lead, and reads the mark that a server which lost its memory does not have. */
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
  return {isOurs, mark}`;

const LEAVE = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

/**
 * Which process offers: a lease in Redis, beside the offers that it is about. When Redis forgets it, two may lead for a
 * moment; then items are offered twice, and claimed once.
 */
export class Lead {
  readonly #redis: Redis;
  readonly #keys: readonly [string, string];
  readonly #id = randomUUID();
  #mark: string | null = null;
  #isOurs = false;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = [`${prefix}:lead`, `${prefix}:mark`];
  }

  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** @returns `hasForgotten`: the server holds nothing of what it was told before */
  async take(): Promise<{ isOurs: boolean; hasForgotten: boolean }> {
    const reply = await this.#redis.eval(TAKE, 2, ...this.#keys, this.#id, LEASE_MS, randomUUID());
    const [isOurs, mark] = reply as [number, string];
    const hasForgotten = this.#mark !== null && this.#mark !== mark;
    this.#mark = mark;
    this.#isOurs = isOurs === 1;
    return { isOurs: this.#isOurs, hasForgotten };
  }

  async leave(): Promise<void> {
    this.#isOurs = false;
    await this.#redis.eval(LEAVE, 1, this.#keys[0], this.#id);
  }
}
