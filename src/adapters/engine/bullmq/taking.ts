import { Worker } from 'bullmq';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Held } from '#domain/outcome.ts';
import type { EngineHands } from '#ports/engine.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { ItemStore } from '#ports/store/items.ts';
import type { OfferStore } from '#ports/store/offers.ts';
import { QUEUE } from './job.ts';
import type { OfferJob } from './job.ts';

export interface TakingDeps {
  readonly queue: Queue<OfferJob>;
  /** A connection of the worker's own. */
  readonly redis: Redis;
  readonly offers: Pick<OfferStore, 'claim'>;
  readonly release: ItemStore['release'];
  readonly hands: EngineHands;
  readonly workerId: () => number;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onFailure?: () => void;
}

interface Taken {
  readonly itemIds: readonly number[];
  /** How many of them are in hand. */
  inHand: number;
  readonly done: () => void;
}

const MOST_IN_CLAIM = 500;
/** Claim, settle, and the word to Redis: each takes about as long as a claim. */
const ROUND_TRIPS = 3;
const MOST_AHEAD = 1_000;
/** Of what is new, in averages over jobs and claims. */
const WEIGHT = 0.2;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;
/** There are offers, there is room, and for so long nothing came: the worker is stuck, whatever it says of itself. */
const STUCK_AFTER_MS = 3_000;

/**
 * Takes offers out of Redis, claims their items in the store, and hands them over. A job lasts as long as its item is in
 * hand, so that no more are taken than there is room for. What it says to BullMQ in the end is of no weight: the item
 * is settled in the store.
 */
export class Taking {
  readonly #deps: TakingDeps;
  #worker: Worker<OfferJob>;
  /** Jobs whose items are not claimed yet. */
  #waiting: Taken[] = [];
  /** By claim, not by id: an item may be claimed anew before the word comes that its last claim is over. */
  readonly #inHand = new Map<Held, Taken>();
  /** Jobs that have not ended. */
  #jobs = 0;
  /** How many items a job carries of late. */
  #itemsInJob = 1;
  /** How long a claim takes of late. */
  #claimMs = 0;
  #isClaiming = false;
  #isStopped = false;
  #tookAt: number;

  constructor(deps: TakingDeps) {
    this.#deps = deps;
    this.#tookAt = deps.clock();
    this.#worker = this.#startWorker();
  }

  wake(): void {
    const { places } = this;
    if (this.#worker.concurrency !== places) this.#worker.concurrency = places;
  }

  /**
   * How many jobs at once: as many as carry what the hands take, and what those would end while others are claimed, settled
   * and reported. For a model call that is none; for items of a millisecond most of the time is spent so. Never fewer than
   * run at once: the next jobs may carry one item each.
   */
  get places(): number {
    const { hands } = this.#deps;
    const onTheirWay = Math.min(MOST_AHEAD, ROUND_TRIPS * this.#claimMs * hands.perMs());
    return Math.max(hands.atOnce(), Math.floor((hands.most() + onTheirWay) / this.#itemsInJob));
  }

  /**
   * Takes nothing more. Offers that were not claimed are let go of, and made again to others.
   *
   * @returns resolves when the jobs of all that is in hand have ended, or at once when the server is away
   */
  stop(): Promise<void> {
    this.#isStopped = true;
    for (const { done } of this.#waiting.splice(0)) done();
    const isAway = this.#deps.redis.status !== 'ready';
    return this.#worker.close(isAway).catch(() => undefined);
  }

  /** Ends all jobs, whatever became of their items: the leases of the store hold those. */
  abandon(): void {
    for (const { done } of this.#inHand.values()) done();
    this.#inHand.clear();
  }

  /** To be called now and then: replaces a worker that gets nothing though there is something to get. */
  async watch(): Promise<void> {
    const { queue, clock, log } = this.#deps;
    const { waiting = 0 } = await queue.getJobCounts('waiting');
    if (waiting === 0 || this.#jobs >= this.places) this.#tookAt = clock();
    if (this.#isStopped || clock() - this.#tookAt < STUCK_AFTER_MS) return;
    log('warn', 'engine_stuck', { waiting });
    this.#tookAt = clock();
    this.#worker.close(true).catch(() => undefined);
    this.#worker = this.#startWorker();
  }

  #startWorker(): Worker<OfferJob> {
    const { redis, prefix, log } = this.#deps;
    const worker = new Worker<OfferJob>(QUEUE, (job) => this.#take(job), {
      connection: redis,
      prefix,
      concurrency: this.places,
      drainDelay: 2,
      lockDuration: 30_000,
      // A job that comes back because its process died is claimed, or not, like any other offer.
      maxStalledCount: 1_000_000,
      runRetryDelay: 500,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    worker.on('error', (error) => log('debug', 'bullmq_error', { why: error.message }));
    return worker;
  }

  async #take({ data: { itemIds } }: Job<OfferJob>): Promise<void> {
    this.#tookAt = this.#deps.clock();
    if (this.#isStopped) return;
    this.#itemsInJob += WEIGHT * (itemIds.length - this.#itemsInJob);
    this.#jobs += 1;
    await new Promise<void>((done) => {
      this.#waiting.push({ itemIds, inHand: 0, done });
      void this.#claim();
    });
    this.#jobs -= 1;
  }

  /** One claim at a time; what is taken meanwhile makes the next one. */
  async #claim(): Promise<void> {
    if (this.#isClaiming) return;
    this.#isClaiming = true;
    // What comes in this tick goes in together.
    await Promise.resolve();
    for (let failures = 0; this.#waiting.length > 0;) {
      const group = firstOf(this.#waiting, MOST_IN_CLAIM);
      try {
        await this.#claimGroup(group);
        this.#waiting = this.#waiting.slice(group.length);
        failures = 0;
      } catch (error) {
        this.#deps.log('warn', 'claim_failed', {
          why: error instanceof Error ? error.message : String(error),
        });
        this.#deps.onFailure?.();
        await sleep(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
        failures += 1;
      }
    }
    this.#isClaiming = false;
  }

  async #claimGroup(group: readonly Taken[]): Promise<void> {
    const { offers, hands, workerId, clock } = this.#deps;
    // Of one item two offers may have come: the second is as good as late.
    const jobOf = new Map<number, Taken>();
    for (const taken of group.toReversed()) for (const id of taken.itemIds) jobOf.set(id, taken);
    const itemIds = group.flatMap((taken) => taken.itemIds.filter((id) => jobOf.get(id) === taken));
    const startedAt = performance.now();
    const claimed = await offers.claim({ workerId: workerId(), itemIds, now: clock() });
    this.#claimMs += WEIGHT * (performance.now() - startedAt - this.#claimMs);
    this.wake();
    if (this.#isStopped) {
      for (const { done } of group) done();
      if (claimed.length > 0) await this.#deps.release(claimed, clock());
      return;
    }
    for (const item of claimed) {
      const taken = jobOf.get(item.id) as Taken;
      taken.inHand += 1;
      this.#inHand.set(item, taken);
    }
    for (const taken of group) if (taken.inHand === 0) taken.done();
    hands.carry(claimed, (item) => this.#letGo(item));
  }

  #letGo(item: Held): void {
    const taken = this.#inHand.get(item);
    if (taken === undefined) return;
    this.#inHand.delete(item);
    taken.inHand -= 1;
    if (taken.inHand === 0) taken.done();
  }
}

/** The first of these, with about so many items. */
function firstOf(waiting: readonly Taken[], items: number): readonly Taken[] {
  let sum = 0;
  const end = waiting.findIndex(({ itemIds }) => (sum += itemIds.length) >= items);
  return waiting.slice(0, end === -1 ? waiting.length : end + 1);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
