import type { Batch, BatchHold } from '#domain/batch.ts';
import type { Stage } from '#domain/stage.ts';
import type { ItemDetail, Waiting } from '#ports/store/items.ts';

export interface BatchView {
  readonly batch: Batch;
  /** Items that reached an end per second, over the last moments; null when nothing is known. */
  readonly ratePerSecond: number | null;
  readonly etaSeconds: number | null;
  readonly current: readonly CurrentItem[];
  /** Items once everything is discovered, as far as earlier runs tell; null when nothing tells, or nothing is discovered. */
  readonly expectedTotal: number | null;
  /** Why none of it starts before that time; null: nothing holds it up. */
  readonly hold: BatchHold | null;
}

export interface CurrentItem {
  readonly id: number;
  readonly description: string;
  readonly startedAt: number;
  readonly stage: Stage | null;
}

export interface ItemView {
  readonly item: ItemDetail;
  readonly description: string;
  readonly waiting: Waiting | null;
  /** What its run is doing now; null when nothing is known of it. */
  readonly stage: Stage | null;
}

export interface Wait {
  /** 0 answers at once. */
  readonly seconds: number;
  readonly sinceVersion?: number;
  readonly signal: AbortSignal;
}
