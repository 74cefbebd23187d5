import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock, Log } from '#ports/log.ts';
import type { OfferStore } from '#ports/store/offers.ts';
import { jobOf } from './job.ts';
import type { OfferJob } from './job.ts';
import { Lead } from './lead.ts';
import { Offered } from './offered.ts';

export interface OfferingDeps {
  readonly queue: Queue<OfferJob>;
  readonly redis: Redis;
  readonly offers: Pick<OfferStore, 'next'>;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What one process takes at once. */
  readonly most: () => number;
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
const LEAST_WINDOW = 16;
const MOST_WINDOW = 4_000;

/**
 * Keeps a short window of offers in Redis. One process does so at a time: the one that has the lead.
 *
 * The window is as long as what is taken from it between two looks, and no longer: it grows while the others empty it,
 * and shrinks while they do not. So what is offered is decided late, and a million items behind cost Redis nothing.
 */
export class Offering {
  readonly #deps: OfferingDeps;
  readonly #lead: Lead;
  readonly #offered: Offered;
  #window = LEAST_WINDOW;
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
    const { queue, offers, clock, pollMs } = this.#deps;
    const [{ isOurs, hasForgotten }, counts] = await Promise.all([
      this.#lead.take(),
      queue.getJobCounts('waiting', 'active'),
    ]);
    const waiting = counts['waiting'] ?? 0;
    if (!isOurs) {
      this.#offered.clear();
      return pollMs;
    }
    // What was offered first was taken first. Of a server that lost its memory, all is gone.
    this.#offered.keepNewest(hasForgotten ? 0 : waiting + (counts['active'] ?? 0));
    const room = this.#resize(waiting) - waiting;
    if (room <= 0) return BUSY_MS * 2;
    const next = await offers.next({ limit: room, offered: this.#offered.ids(), now: clock() });
    this.#offered.keep(next.open);
    if (!this.#isStopped()) await this.#offer(next.itemIds);
    this.#isBehind = next.itemIds.length === room;
    if (this.#isBehind) return BUSY_MS;
    // What runs elsewhere ends without a word to this process, and may stand before others at a limit.
    const mostMs = (counts['active'] ?? 0) > 0 ? Math.min(pollMs, ACTIVE_MS) : pollMs;
    return next.nextDueAt === null ? mostMs : Math.min(mostMs, Math.max(1, next.nextDueAt - clock()));
  }

  async #offer(itemIds: readonly number[]): Promise<void> {
    for (let from = 0; from < itemIds.length; from += MOST_IN_CALL) {
      const jobs = itemIds.slice(from, from + MOST_IN_CALL).map((id) => jobOf(id, this.#offered.add(id)));
      await this.#deps.queue.addBulk(jobs);
    }
  }

  #resize(waiting: number): number {
    const least = Math.max(LEAST_WINDOW, 2 * this.#deps.most());
    if (this.#isBehind && waiting < this.#window / 4) this.#window *= 2;
    else if (waiting > this.#window / 2) this.#window *= 0.9;
    this.#window = Math.min(MOST_WINDOW, Math.max(least, Math.ceil(this.#window)));
    return this.#window;
  }

  /** Apart, because `stop` may run while a look is awaited. */
  #isStopped(): boolean {
    return this.#state === 'stopped';
  }
}
