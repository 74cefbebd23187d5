import type { Attempt, Item, ItemStatus } from '#domain/item.ts';
import type { ClaimedItem, Held, Settlement } from '#domain/outcome.ts';
import type { Page, PageRequest } from '#domain/page.ts';

export interface ItemStore {
  /** Takes up to `limit` items that may run now, shared fairly, and leases them to the worker. */
  claim(request: ClaimRequest): Promise<Claim>;
  /**
   * Records how held items ended, with their effects, in one transaction. An item whose generation is no longer
   * the newest is left alone. When the group fails as a whole, nothing of it was recorded.
   */
  settle(settlements: readonly Settlement[], now: number): Promise<SettleResult>;
  /** Puts back claimed items that were not run; their attempt is refunded. */
  release(held: readonly Held[], now: number): Promise<void>;
  /** Retries or deletes one item. */
  steer(projectId: number, itemId: number, to: 'retry' | 'delete', now: number): Promise<ItemSteered>;

  find(projectId: number, itemId: number): Promise<ItemDetail | null>;
  list(projectId: number, filter: ItemFilter, page: PageRequest): Promise<Page<Item>>;
  /** Why a pending item is not running. */
  waiting(item: Item, now: number): Promise<Waiting>;
  /** Failed items of a project, grouped by error code, most first. */
  deadLetters(projectId: number): Promise<readonly DeadLetterGroup[]>;
}

export interface ClaimRequest {
  readonly workerId: number;
  readonly limit: number;
  readonly now: number;
}

export interface Claim {
  readonly items: readonly ClaimedItem[];
  /** When the next item of an open batch comes due; null when none waits for a time. */
  readonly nextDueAt: number | null;
}

export interface SettleResult {
  /** Batches whose items moved. */
  readonly batchIds: readonly number[];
  /** Items that somebody else had moved on before. */
  readonly late: readonly number[];
}

export type ItemSteered =
  | { readonly kind: 'moved'; readonly batchId: number }
  | { readonly kind: 'refused'; readonly status: ItemStatus }
  | { readonly kind: 'missing' };

export interface ItemDetail extends Item {
  readonly projectId: number;
  readonly attempts: readonly Attempt[];
}

export interface ItemFilter {
  readonly batchId?: number;
  readonly status?: ItemStatus;
  /** Part of the payload or of the error, any case. */
  readonly text?: string;
  readonly errorCode?: string;
  /** Begin at this position. */
  readonly fromSeq?: number;
  /** What the run of the item at this position discovered. */
  readonly parentSeq?: number;
  readonly depth?: number;
}

export interface Waiting {
  readonly why: 'paused' | 'held' | 'backoff' | 'pace' | 'batch_limit' | 'position' | 'no_workers';
  /** Items of its own batch that go first. */
  readonly ahead: number;
  readonly untilMs: number | null;
}

export interface DeadLetterGroup {
  readonly code: string;
  readonly count: number;
  /** Message of the newest. */
  readonly sample: string;
  readonly newestAt: number;
}
