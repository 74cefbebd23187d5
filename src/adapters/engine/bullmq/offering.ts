import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock, Log } from '#ports/log.ts';
import type { OfferStore } from '#ports/store/offers.ts';
import { jobOf } from './job.ts';
import type { OfferJob } from './job.ts';
import { Lead } from './lead.ts';
import { Offered } from './offered.ts';
import { Window } from './window.ts';

export interface OfferingDeps {
  readonly queue: Queue<OfferJob>;
  readonly redis: Redis;
  readonly offers: Pick<OfferStore, 'next'>;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How many jobs this process takes at once. */
  readonly places: () => number;
  readonly pollMs: number;
}

/** Looks follow each other at most so closely while there is a backlog. */
const BUSY_MS = 15;
/** … and otherwise: somebody may wait for what has just come. */
const IDLE_MS = 1;
/** A look comes at the latest so long after the last one while something runs. */
const ACTIVE_MS = 50;
/** Jobs in one call: a larger one would hold up everybody else's. */
const MOST_IN_CALL = 500;

/**
 * Keeps a short window of offers in Redis. One process does so at a time: the one that has the lead. So what is offered is
 * decided late, and a million items behind cost Redis nothing.
 */
export class Offering {
  readonly #deps: OfferingDeps;
  readonly #lead: Lead;
  readonly #offered: Offered;
  readonly #window = new Window();
  /** The last look found as many items as there was room for: there are more behind. */
  #isBehind = false;
  #state: 'stopped' | 'idle' | 'looking' = 'stopped';
  #wokenMeanwhile = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lookedAt = 0;

  constructor(deps: OfferingDeps) {
    this.#deps = deps;
    this.#lead = new Lead(deps.redis, deps.prefix);
    this.#offered = new Offered(deps.clock);
  }

  /** More waits than there is room for in the window. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  start(): void {
    if (this.#state === 'stopped') this.#state = 'idle';
    this.wake();
  }

  /** Offers no more, and leaves the lead to another. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#lead.leave().catch(() => undefined);
  }

  wake(): void {
    if (this.#state === 'looking') this.#wokenMeanwhile = true;
    if (this.#state !== 'idle') return;
    const gapMs = this.#isBehind ? BUSY_MS : IDLE_MS;
    const soonest = this.#lookedAt + (this.#lead.isOurs ? gapMs : this.#deps.pollMs / 5);
    const waitMs = soonest - this.#deps.clock();
    if (waitMs <= 0) void this.#look();
    else this.#lookIn(waitMs);
  }

  #lookIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    if (this.#state !== 'idle') return;
    this.#state = 'looking';
    this.#wokenMeanwhile = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    let waitMs = this.#deps.pollMs;
    try {
      waitMs = await this.#refill();
    } catch (error) {
      this.#deps.log('warn', 'offer_failed', { why: error instanceof Error ? error.message : String(error) });
    }
    this.#lookedAt = this.#deps.clock();
    if (this.#isStopped()) return;
    this.#state = 'idle';
    this.#lookIn(this.#wokenMeanwhile ? Math.min(waitMs, this.#isBehind ? BUSY_MS : IDLE_MS) : waitMs);
  }

  /** @returns when to look again */
  async #refill(): Promise<number> {
    const { queue, offers, clock, pollMs, places } = this.#deps;
    const [lead, counts] = await Promise.all([
      this.#lead.take(places()),
      queue.getJobCounts('waiting', 'active'),
    ]);
    const { waiting = 0, active = 0 } = counts;
    if (!lead.isOurs) {
      this.#offered.clear();
      return pollMs;
    }
    // Of a server that lost its memory, all is gone.
    if (lead.hasForgotten) this.#offered.clear();
    const room = this.#window.room(this.#offered.stand(waiting), Math.max(0, lead.places - active));
    if (this.#window.isSurplus) await this.#withdraw();
    if (room === 0) return BUSY_MS;
    const next = await offers.next({ limit: room, offered: this.#offered.ids(), now: clock() });
    this.#offered.keep(next.open);
    if (!this.#isStopped()) await this.#offer(next.itemIds);
    this.#isBehind = next.itemIds.length === room;
    if (this.#isBehind) return BUSY_MS;
    // What runs elsewhere ends without a word to this process, and may stand before others at a limit.
    const mostMs = active > 0 ? Math.min(pollMs, ACTIVE_MS) : pollMs;
    return next.nextDueAt === null ? mostMs : Math.min(mostMs, Math.max(1, next.nextDueAt - clock()));
  }

  /** Of what nobody has taken yet. */
  async #withdraw(): Promise<void> {
    await this.#deps.queue.drain();
    this.#offered.clear();
    this.#window.withdrawn();
  }

  async #offer(itemIds: readonly number[]): Promise<void> {
    const { inJob } = this.#window;
    for (const part of inGroups(itemIds, MOST_IN_CALL * inJob)) {
      const jobs = inGroups(part, inJob).map((ids) => jobOf(ids, this.#offered.add(ids)));
      try {
        await this.#deps.queue.addBulk(jobs);
      } catch (error) {
        // Some of it may stand: it is offered again, and claimed once.
        this.#offered.clear();
        throw error;
      }
      this.#window.offered(part.length);
    }
  }

  /** Apart, because `stop` may run while a look is awaited. */
  #isStopped(): boolean {
    return this.#state === 'stopped';
  }
}

function inGroups(ids: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, n) => ids.slice(n * size, (n + 1) * size));
}
