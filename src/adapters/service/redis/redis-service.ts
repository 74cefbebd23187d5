import { mayEvict, RedisLink, warningsOf } from '#clients/redis.ts';
import type { Service, ServiceFacts } from '#ports/service.ts';

export interface RedisServiceSettings {
  readonly url: string;
  /** What it is there for: a queue must keep everything, a cache may throw out. */
  readonly use: 'queue' | 'cache';
  /** Begins every key. */
  readonly prefix: string;
}

const COMMAND_TIMEOUT_MS = 1_000;
const READY_TIMEOUT_MS = 1_000;
/** An offer takes several turns with Redis: of one that answers later than this, claims in the store are the quicker way. */
const LATE_MS = 200;
const PROOF_TTL_MS = 60_000;

/** Redis or Valkey, watched over a connection of its own. */
export class RedisService implements Service {
  readonly #link: RedisLink;
  readonly #use: RedisServiceSettings['use'];
  readonly #proof: string;

  constructor({ url, use, prefix }: RedisServiceSettings) {
    this.#link = new RedisLink({ url, name: `preheat-${use}-watch`, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    this.#use = use;
    this.#proof = `${prefix}:proof`;
  }

  /** A write: a server that is full, or a replica, answers a PING and takes nothing. */
  async ping(): Promise<void> {
    const before = performance.eventLoopUtilization();
    await this.#link.write(this.#proof, PROOF_TTL_MS);
    // What this process spent on other things meanwhile is not the server's.
    const waitedMs = Math.round(performance.eventLoopUtilization(before).idle);
    if (waitedMs > LATE_MS)
      throw new Error(`it takes ${waitedMs} ms to answer, which is too long for a queue`);
  }

  async describe(): Promise<ServiceFacts> {
    // At a start the connection is still being made.
    await this.#link.ready(READY_TIMEOUT_MS);
    const facts = await this.#link.facts();
    return {
      product: `${facts.product} ${facts.version}`,
      usedBytes: facts.usedBytes,
      maxBytes: facts.maxBytes === 0 ? null : facts.maxBytes,
      mayEvict: mayEvict(facts),
      evictedKeys: facts.evictedKeys,
      clients: facts.clients,
      commandsPerSecond: facts.commandsPerSecond,
      latencyMs: facts.latencyMs,
      warnings: warningsOf(facts, this.#use),
    };
  }

  close(): void {
    this.#link.close();
  }
}
