import { batchOfItem } from '#domain/ids.ts';
import type { ClaimedItem, Held, Settlement } from '#domain/outcome.ts';
import type { EngineHands } from '#ports/engine.ts';
import { inTurn } from './in-turn.ts';
import type { Clock } from '#ports/log.ts';
import { Run } from './run.ts';
import type { RunningItem, WorkContext } from './run.ts';

export interface HandsSettings {
  /** Items that run at once. */
  readonly concurrency: number;
  /** Items claimed ahead cover so much work: a few claims' time. */
  readonly aheadMs?: number;
  readonly clock: Clock;
}

export type Aborted = { readonly batchId: number } | { readonly itemId: number } | 'all';

/** What hands do with items. */
export interface Work {
  run(item: ClaimedItem, context: WorkContext): Promise<Settlement>;
  timedOut(item: ClaimedItem, mostMs: number): Settlement;
  /** Resolves once it is recorded, or known to be late. */
  settle(settlement: Settlement): Promise<void>;
  /** There is room for more. */
  onRoom(): void;
}

/** Items claimed ahead cover this much work, so that workers never wait for a claim … */
const AHEAD_MS = 40;
/** … up to this many, so that a pause has little to give back. */
const MOST_AHEAD = 2_000;
const MEASURE_MS = 100;
/** So many times what is worth having ahead may wait: a pace that wavers gives nothing back. */
const SURPLUS = 4;
/** For each place, so many may be on their way into the store while the next ones run. */
const RECORDED_BESIDE = 4;
/** What the clock cannot tell from nothing. */
const LEAST_RUN_MS = 0.02;

/**
 * What this process has in hand: claimed items that wait to start, run, or are being recorded. There is room ahead only
 * as far as items are fast: slow ones (a model call) are taken one by one as places become free, so that fairness and
 * priority decide as late as possible.
 */
export class Hands implements EngineHands {
  readonly #settings: HandsSettings;
  readonly #work: Work;
  #waiting: ClaimedItem[] = [];
  #head = 0;
  readonly #running = new Map<number, Run>();
  /** By claim, not by id: an item can be claimed anew before the word of its last recording arrives. */
  readonly #unsettled = new Set<Held>();
  /** Whom to tell when an item leaves these hands. */
  readonly #waitedFor = new Map<Held, (item: Held) => void>();
  readonly #drains: (() => void)[] = [];
  #ahead = 0;
  #finished = 0;
  #ranMs = 0;
  #perMs = 0;
  #measuredAt = 0;

  constructor(settings: HandsSettings, work: Work) {
    this.#settings = settings;
    this.#work = work;
  }

  atOnce(): number {
    return this.#settings.concurrency;
  }

  most(): number {
    return this.#settings.concurrency + this.#ahead;
  }

  perMs(): number {
    return this.#perMs;
  }

  room(): number {
    const unrecorded = Math.max(0, this.#unsettled.size - this.#settings.concurrency * RECORDED_BESIDE);
    const inHand = this.#waitingCount + this.#running.size + unrecorded;
    const room = this.most() - inHand;
    // Far ahead, small claims are a waste: better wait for a worthwhile one.
    return this.#waitingCount > 0 && room < this.#ahead / 3 ? 0 : Math.max(0, room);
  }

  carry(items: readonly ClaimedItem[], onGone?: (item: Held) => void): void {
    this.#waiting = inTurn(this.#waiting, this.#head, items);
    this.#head = 0;
    if (onGone !== undefined) for (const item of items) this.#waitedFor.set(item, onGone);
    this.#startMore();
  }

  /** How many items of each batch are in hand. */
  countByBatch(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { id } of this.held()) counts.set(batchOfItem(id), (counts.get(batchOfItem(id)) ?? 0) + 1);
    return counts;
  }

  /** What is in hand: waiting to start, running, and run but not recorded. */
  held(): readonly Held[] {
    return [
      ...this.#waiting.slice(this.#head),
      ...[...this.#running.values()].map((run) => run.item),
      ...this.#unsettled,
    ];
  }

  /** What runs now, oldest first, at most `limit`; null: of all batches. */
  running(batchId: number | null, limit: number): readonly RunningItem[] {
    const found: RunningItem[] = [];
    for (const run of this.#running.values()) {
      if (found.length >= limit) break;
      if (batchId === null || run.item.batchId === batchId) found.push(run.describe());
    }
    return found;
  }

  /** Gives back items of a batch (null: of all) that have not started. */
  giveBack(batchId: number | null): readonly Held[] {
    return this.#dropWaiting((item) => batchId === null || item.batchId === batchId);
  }

  /**
   * Gives back what was claimed ahead at a pace that is no more: hundreds of fast items are little work, but of slow ones
   * they would stand before every newcomer for minutes, and other processes could not have them.
   */
  giveBackSurplus(): readonly Held[] {
    if (this.#waitingCount <= SURPLUS * this.most()) return [];
    const surplus = new Set(this.#waiting.slice(this.#head + this.most()));
    return this.#dropWaiting((item) => surplus.has(item));
  }

  /** Fires the abort signal of what runs and lets go of it; drops what waits. Nothing of it is recorded. */
  abort(what: Aborted, reason: Error): void {
    const isMeant = (item: ClaimedItem): boolean =>
      what === 'all' || ('batchId' in what ? item.batchId === what.batchId : item.id === what.itemId);
    this.#dropWaiting(isMeant);
    for (const run of this.#running.values()) {
      if (!isMeant(run.item)) continue;
      this.#running.delete(run.item.id);
      run.abort(reason);
      this.#noteGone(run.item);
    }
    this.#startMore();
    this.#noteFree();
  }

  /** Fires the abort signal of what has run longer than `mostMs`, and records it as timed out. */
  expire(mostMs: number): void {
    const before = this.#settings.clock() - mostMs;
    for (const run of this.#running.values()) {
      if (run.startedAt > before) break;
      this.#running.delete(run.item.id);
      run.abort(new Error(`It ran longer than ${mostMs / 1000} s.`));
      this.#settle(run.item, this.#work.timedOut(run.item, mostMs));
    }
    this.#startMore();
  }

  /** Resolves when nothing is in hand any more. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drains.push(resolve);
      this.#noteFree();
    });
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  #startMore(): void {
    while (this.#running.size < this.#settings.concurrency && this.#head < this.#waiting.length) {
      const item = this.#waiting[this.#head] as ClaimedItem;
      this.#head += 1;
      void this.#start(item);
    }
    if (this.#head > 1_000 || this.#head === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  async #start(item: ClaimedItem): Promise<void> {
    const run = new Run(item, this.#settings.clock());
    this.#running.set(item.id, run);
    const settlement = await this.#work.run(item, run);
    // Aborted or timed out meanwhile: somebody else has spoken for it, and may have claimed it anew.
    if (this.#running.get(item.id) !== run) return;
    this.#running.delete(item.id);
    this.#finished += 1;
    this.#ranMs += this.#settings.clock() - run.startedAt;
    this.#settle(item, settlement);
    this.#startMore();
  }

  #settle(item: ClaimedItem, settlement: Settlement): void {
    this.#unsettled.add(item);
    void this.#work.settle(settlement).then(() => {
      this.#unsettled.delete(item);
      this.#noteGone(item);
      this.#noteFree();
    });
  }

  #noteFree(): void {
    this.#measure();
    if (this.room() > 0) this.#work.onRoom();
    if (this.#waitingCount + this.#running.size + this.#unsettled.size > 0) return;
    for (const resolve of this.#drains.splice(0)) resolve();
  }

  /**
   * How far ahead to claim follows from how fast items run, not from how fast they are recorded: where few are claimed
   * each commit carries few, so that a rate of ends would stay as low as it is.
   */
  #measure(): void {
    const now = this.#settings.clock();
    if (now - this.#measuredAt < MEASURE_MS) return;
    const { concurrency, aheadMs = AHEAD_MS } = this.#settings;
    if (this.#finished === 0) this.#perMs = 0;
    else this.#perMs = concurrency / Math.max(LEAST_RUN_MS, this.#ranMs / this.#finished);
    this.#ahead = Math.min(MOST_AHEAD, Math.floor(this.#perMs * aheadMs));
    this.#finished = 0;
    this.#ranMs = 0;
    this.#measuredAt = now;
  }

  #dropWaiting(isMeant: (item: ClaimedItem) => boolean): readonly ClaimedItem[] {
    const waiting = this.#waiting.slice(this.#head);
    const dropped = waiting.filter(isMeant);
    this.#waiting = waiting.filter((item) => !isMeant(item));
    this.#head = 0;
    for (const item of dropped) this.#noteGone(item);
    return dropped;
  }

  #noteGone(item: Held): void {
    const tell = this.#waitedFor.get(item);
    if (tell === undefined) return;
    this.#waitedFor.delete(item);
    tell(item);
  }
}
