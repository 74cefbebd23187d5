import { RedisLink, whenReady } from '#clients/redis.ts';
import { partOf, QuotaBook } from '#domain/quota-book.ts';
import type { QuotaUse } from '#domain/quota-book.ts';
import { isSubjectOf, quotaId } from '#domain/quota.ts';
import type { Quota, Spent } from '#domain/quota.ts';
import type { Quotas, QuotaSharing } from '#ports/quotas.ts';
import { Held } from './held.ts';
import { dropCounted, listCounted } from './list-counted.ts';
import { catchUp, grant } from './quota-scripts.ts';
import type { Want } from './quota-scripts.ts';

export interface RedisQuotasSettings {
  readonly url: string;
  /** Begins every key: installations that share a server do not count each other's calls. */
  readonly prefix: string;
  readonly now: () => number;
  /** Live processes that share the quotas. */
  readonly processes: () => number;
}

interface Waiting {
  readonly quotas: readonly Quota[];
  readonly resolve: (spent: Spent) => void;
}

const COMMAND_TIMEOUT_MS = 1_000;
const READY_TIMEOUT_MS = 2_000;
const PROBE_MS = 250;
const MOST_IN_GROUP = 500;
/** Of a large aligned limit this part is set aside in one go, for calls that then ask nobody; what a window's end finds unused is lost. */
const SET_ASIDE = 1 / 1_000;
const MOST_SET_ASIDE = 100;

/**
 * Quotas that all processes share through Redis or Valkey. While that is away each process goes on by itself with its
 * part (what is left, divided by the live processes), and says afterwards what it let in.
 *
 * Calls that have to ask go in one round trip together, as many as wait: one at a time would make a queue of them.
 */
export class RedisQuotas implements Quotas {
  readonly #settings: RedisQuotasSettings;
  readonly #link: RedisLink;
  readonly #held = new Held();
  readonly #waiting: Waiting[] = [];
  #isAsking = false;
  /** What is let in while Redis is away. */
  #apart: QuotaBook | null = null;
  #probe: ReturnType<typeof setInterval> | null = null;

  private constructor(settings: RedisQuotasSettings) {
    this.#settings = settings;
    this.#link = new RedisLink({
      url: settings.url,
      name: 'preheat-quotas',
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
    });
  }

  /** A server that is away at the start is waited for a moment, and done without then. */
  static async open(settings: RedisQuotasSettings): Promise<RedisQuotas> {
    const opened = new RedisQuotas(settings);
    await whenReady(opened.#link.redis, READY_TIMEOUT_MS).catch(() => opened.#goApart());
    return opened;
  }

  spend(quotas: readonly Quota[]): Spent | Promise<Spent> {
    if (this.#apart !== null) return this.#spendApart(this.#apart, quotas);
    const now = this.#settings.now();
    if (quotas.every((quota) => this.#held.has(quota, now))) return this.#take(quotas, now, true);
    if (quotas.some((quota) => this.#held.isFull(quota, now))) return this.#take(quotas, now, false);
    return new Promise((resolve) => {
      this.#waiting.push({ quotas, resolve });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  async uses(): Promise<readonly QuotaUse[]> {
    const { prefix, now } = this.#settings;
    if (this.#apart !== null) return this.#apart.uses(now());
    return this.#link.run((redis) => listCounted(redis, prefix, now()));
  }

  async forget(projectId: number): Promise<void> {
    const isGone = (subject: string): boolean => isSubjectOf(subject, projectId);
    this.#held.forget(isGone);
    this.#apart?.forget(isGone);
    await this.#link.run((redis) => dropCounted(redis, this.#settings.prefix, isGone));
  }

  describe(): QuotaSharing {
    return { kind: 'redis', isUp: this.#apart === null, processes: this.#settings.processes() };
  }

  async close(): Promise<void> {
    if (this.#probe !== null) clearInterval(this.#probe);
    this.#link.close();
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST_IN_GROUP);
      try {
        await this.#ask(group);
        this.#settle(group);
      } catch {
        const book = this.#apart ?? this.#goApart();
        for (const { quotas, resolve } of group) resolve(this.#spendApart(book, quotas));
      }
    }
    this.#isAsking = false;
  }

  async #ask(group: readonly Waiting[]): Promise<void> {
    const { prefix, now } = this.#settings;
    const at = now();
    const wants = this.#wantsOf(group, at);
    if (wants.length === 0) return;
    const granted = await this.#link.run((redis) => grant(redis, prefix, wants, at));
    granted.forEach((each, index) => this.#held.add((wants[index] as Want).quota, each, at));
  }

  /** What all of the group need and is not in hand, with a little to spare of large limits. */
  #wantsOf(group: readonly Waiting[], now: number): Want[] {
    const byId = new Map<string, { quota: Quota; calls: number }>();
    for (const { quotas } of group) {
      for (const quota of quotas) {
        const id = quotaId(quota);
        const want = byId.get(id);
        if (want === undefined) byId.set(id, { quota, calls: 1 });
        else want.calls += 1;
      }
    }
    return [...byId.values()].flatMap(({ quota, calls }) => {
      const missing = calls - this.#held.left(quota, now);
      if (missing <= 0) return [];
      const spare = quota.isSliding ? 0 : Math.floor(quota.calls * SET_ASIDE);
      return [{ quota, calls: Math.max(missing, Math.min(MOST_SET_ASIDE, spare)) }];
    });
  }

  #settle(group: readonly Waiting[]): void {
    const now = this.#settings.now();
    for (const waiting of group) {
      const { quotas, resolve } = waiting;
      // A window that ended while it was asked for: the question is put again for the new one.
      if (quotas.some((quota) => !this.#held.isOf(quota, partOf(quota, now)))) this.#waiting.push(waiting);
      else
        resolve(
          this.#take(
            quotas,
            now,
            quotas.every((quota) => this.#held.has(quota, now)),
          ),
        );
    }
    // A call of a sliding window counts from now: what is not used now would be used later than it was counted.
    this.#held.dropSliding();
  }

  #take(quotas: readonly Quota[], now: number, isAllowed: boolean): Spent {
    return { isAllowed, states: quotas.map((quota) => this.#held.take(quota, now, isAllowed)) };
  }

  #spendApart(book: QuotaBook, quotas: readonly Quota[]): Spent {
    const now = this.#settings.now();
    const processes = Math.max(1, this.#settings.processes());
    return book.spend(quotas, now, (quota) => this.#held.shareOf(quota, now, processes));
  }

  #goApart(): QuotaBook {
    const book = new QuotaBook();
    this.#apart = book;
    this.#probe = setInterval(() => void this.#tryAgain(book), PROBE_MS).unref();
    return book;
  }

  /** Tells what was let in meanwhile; when that works, all share again. */
  async #tryAgain(book: QuotaBook): Promise<void> {
    const { prefix, now } = this.#settings;
    const at = now();
    const missed = book.uses(at).map(({ quota, used }) => this.#held.missed(quota, used, at));
    try {
      await this.#link.run(async (redis) => {
        if (missed.length === 0) await redis.ping();
        else await catchUp(redis, prefix, missed, at);
      });
    } catch {
      return;
    }
    if (this.#apart !== book) return;
    this.#held.clear();
    this.#apart = null;
    if (this.#probe !== null) clearInterval(this.#probe);
  }
}
