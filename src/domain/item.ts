import type { JsonObject } from './json.ts';

/**
 * One unit of work inside a batch: one question, one file, one author. Times are epoch milliseconds.
 *
 * `processing` is the only status with an owner. If its process dies, the row stays `processing` until the
 * process's lease runs out; then the sweep puts it back to `pending`.
 */
export interface Item {
  readonly id: number;
  readonly batchId: number;
  readonly seq: number;
  /** Position of the item whose run discovered this one; null for what was submitted. */
  readonly parentSeq: number | null;
  /** Levels of discovery above it; 0 for what was submitted. */
  readonly depth: number;
  readonly workload: string;
  readonly status: ItemStatus;
  /** Higher is taken first among the items of a batch; drops a step with each failure. */
  readonly priority: number;
  /** 0 when it may run at once, otherwise not before this time. */
  readonly availableAt: number;
  /** How often it was claimed; fences late writers. */
  readonly generation: number;
  /** Attempts that ended in an error. */
  readonly failures: number;
  /** Leases that ran out: a crash is not the item's fault, so these are counted apart. */
  readonly losses: number;
  readonly payload: JsonObject;
  readonly reason: string | null;
  readonly error: ItemError | null;
  readonly result: JsonObject | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface ItemError {
  /** Stable, lower_snake: what dead letters are grouped by. */
  readonly code: string;
  readonly message: string;
}

/** One try that did not succeed. */
export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly error: ItemError;
}

export type ItemStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'skipped';

export const ITEM_STATUSES = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
  'skipped',
] as const satisfies readonly ItemStatus[];

/** Every legal move. Anything that is not in this table is a bug, in any adapter. */
export const ITEM_MOVES = {
  /** Moved on by the claim; by cancel. */
  pending: ['processing', 'cancelled'],
  /** Moved on by the settle; back by the sweep when the lease is lost, or by a release; by cancel. */
  processing: ['completed', 'skipped', 'failed', 'cancelled', 'pending'],
  completed: [],
  /** Moved on by a person's retry. */
  failed: ['pending'],
  /** Moved on by a person's retry. */
  cancelled: ['pending'],
  skipped: [],
} as const satisfies Record<ItemStatus, readonly ItemStatus[]>;

export function canMoveItem(from: ItemStatus, to: ItemStatus): boolean {
  return (ITEM_MOVES[from] as readonly ItemStatus[]).includes(to);
}

/** How many items a batch has, by status. `total` is their sum. */
export type Counts = Readonly<Record<ItemStatus, number>>;

export const NO_COUNTS: Counts = {
  pending: 0,
  processing: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
};

export function totalOf(counts: Counts): number {
  return processedOf(counts) + counts.pending + counts.processing;
}

/** Items that reached an end. */
export function processedOf(counts: Counts): number {
  return counts.completed + counts.failed + counts.skipped + counts.cancelled;
}
