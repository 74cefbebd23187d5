import { RedisLink, warningsOf } from '#clients/redis.ts';
import type { Service, ServiceFacts } from '#ports/service.ts';

export interface RedisServiceSettings {
  readonly url: string;
  /** What it is there for: a queue must keep everything, a cache may throw out. */
  readonly use: 'queue' | 'cache';
}

const COMMAND_TIMEOUT_MS = 1_000;

/** Redis or Valkey, watched over a connection of its own. */
export class RedisService implements Service {
  readonly #link: RedisLink;
  readonly #use: RedisServiceSettings['use'];

  constructor({ url, use }: RedisServiceSettings) {
    this.#link = new RedisLink({ url, name: `preheat-${use}-watch`, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    this.#use = use;
  }

  ping(): Promise<void> {
    return this.#link.ping();
  }

  async describe(): Promise<ServiceFacts> {
    const facts = await this.#link.facts();
    return {
      product: `${facts.product} ${facts.version}`,
      usedBytes: facts.usedBytes,
      maxBytes: facts.maxBytes === 0 ? null : facts.maxBytes,
      latencyMs: facts.latencyMs,
      warnings: warningsOf(facts, this.#use),
    };
  }

  close(): void {
    this.#link.close();
  }
}
