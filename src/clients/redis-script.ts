import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script that runs in Redis as one step. Its text goes there once; afterwards its digest stands for it. */
export class RedisScript {
  readonly #text: string;
  readonly #digest: string;

  constructor(text: string) {
    this.#text = text;
    this.#digest = createHash('sha1').update(text).digest('hex');
  }

  async run(
    redis: Redis,
    keys: readonly string[],
    values: readonly (string | number | Buffer)[],
  ): Promise<unknown> {
    try {
      return await redis.evalsha(this.#digest, keys.length, ...keys, ...values);
    } catch (error) {
      // A server that is new, or was emptied of its scripts.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.#text, keys.length, ...keys, ...values);
    }
  }
}
