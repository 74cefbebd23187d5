import type { Counts, ItemError, ItemStatus } from './item.ts';
import type { JsonObject } from './json.ts';

/** One submission to one workload. Times are epoch milliseconds. */
export interface Batch {
  readonly id: number;
  readonly projectId: number;
  readonly workload: string;
  readonly name: string | null;
  readonly status: BatchStatus;
  readonly source: BatchSource;
  /** −10 to 10, higher first. */
  readonly priority: number;
  /** The least time between the starts of two of its items. */
  readonly paceMs: number;
  /** How many of its items may run at once; null leaves it to the workers. */
  readonly concurrency: number | null;
  /** Attempts an item gets before it is a dead letter. */
  readonly maxAttempts: number;
  /** The key that submitted it; null: none did. */
  readonly keyId: number | null;
  /** The `X-Request-Id` of the call that made it; null: none did, such as a schedule's own time. */
  readonly requestId: string | null;
  /** Where in a trace it was made (W3C `traceparent`); null: nobody followed. */
  readonly traceParent: string | null;
  readonly options: JsonObject;
  readonly metadata: JsonObject;
  /** Raised by each retry that re-opens the batch. */
  readonly round: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly counts: Counts;
  /** Items that runs discovered, among the others in `counts`. */
  readonly discovered: number;
  /** Grows with every visible change of the batch or its counts. */
  readonly version: number;
  /** Why it gives no items before a time that may have passed; null: it was never held up, or somebody let it go. */
  readonly hold: BatchHold | null;
  /** Steering that still has rows to move; the batch has not ended before it is done. */
  readonly unfinished: UnfinishedWork | null;
}

/** What all items of a batch need is down. */
export interface BatchHold {
  readonly until: number;
  readonly error: ItemError;
}

/** Steering of many rows goes in small steps and resumes after a restart. */
export type UnfinishedWork =
  | { readonly kind: 'cancel' }
  | { readonly kind: 'delete' }
  | {
      readonly kind: 'retry';
      readonly statuses: readonly RetriableStatus[];
      /** Items that ended later are not meant. */
      readonly before: number;
      /** Done up to this position. */
      readonly afterSeq: number;
    };

export type RetriableStatus = Extract<ItemStatus, 'failed' | 'cancelled'>;

export type BatchStatus =
  | 'receiving'
  | 'processing'
  | 'paused'
  | 'completed'
  | 'cancelled'
  | 'deleting'
  | 'deleted';

/** Where a batch came from; shown to whoever wonders who filled the queue. */
export interface BatchSource {
  readonly kind: (typeof SOURCE_KINDS)[number];
  /** File name for uploads. */
  readonly detail: string | null;
}

export const SOURCE_KINDS = [
  'typed',
  'upload',
  'api',
  'cli',
  'schedule',
  'discovery',
  'reindex',
  'rewarm',
  'ask',
] as const;

/** Every legal move of a batch. */
export const BATCH_MOVES = {
  /** Moved on by the seal; removed by a restart that finds it unsealed. */
  receiving: ['processing', 'deleting'],
  /** Moved on by the end probe, or by a person. */
  processing: ['paused', 'completed', 'cancelled', 'deleting'],
  /** Moved on by a person; by the end probe when its last running item settles. */
  paused: ['processing', 'completed', 'cancelled', 'deleting'],
  /** Re-opened by a retry. */
  completed: ['processing', 'deleting'],
  /** Re-opened by a retry. */
  cancelled: ['processing', 'deleting'],
  /** Moved on by the steps that remove its rows. */
  deleting: ['deleted'],
  /** A tombstone, kept a day so that late watchers learn of the end. */
  deleted: [],
} as const satisfies Record<BatchStatus, readonly BatchStatus[]>;

export function canMoveBatch(from: BatchStatus, to: BatchStatus): boolean {
  return (BATCH_MOVES[from] as readonly BatchStatus[]).includes(to);
}

/** May still be given items. */
export function isOpen(status: BatchStatus): boolean {
  return status === 'processing' || status === 'paused';
}

/** Nothing more will happen to it by itself. */
export function isEnded(batch: Pick<Batch, 'status' | 'unfinished'>): boolean {
  return (batch.status === 'completed' || batch.status === 'cancelled') && batch.unfinished === null;
}

/** Not to be seen from outside. */
export function isHidden(status: BatchStatus): boolean {
  return status === 'receiving' || status === 'deleting' || status === 'deleted';
}
