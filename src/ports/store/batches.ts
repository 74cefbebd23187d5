import type { Batch, BatchHold, BatchStatus, RetriableStatus } from '#domain/batch.ts';
import type { Counts } from '#domain/item.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Claim, ClaimRequest } from './items.ts';

/** How items come in. */
export interface IntakeStore {
  /** Opens a batch in `receiving`: nobody sees it and nothing of it runs before the seal. */
  receive(draft: BatchDraft, now: number): Promise<number>;
  /** Appends items to a batch that is still being received. */
  append(batchId: number, rows: readonly NewItem[], now: number): Promise<void>;
  /** Makes a received batch visible and runnable; commits the idempotency key with it. */
  seal(batchId: number, key: IdempotencyClaim | null, now: number): Promise<Batch>;
  /** `receive`, `append` and `seal` in one transaction, for what fits into one. */
  submit(
    draft: BatchDraft,
    rows: readonly NewItem[],
    key: IdempotencyClaim | null,
    now: number,
  ): Promise<Batch>;
  /**
   * `submit`, and the claim that it would wake, in one transaction: what queues on an idle store is born claimed. The
   * claim is as fair as any other; null when the store does not claim along, and the caller has to claim.
   */
  submitAndClaim(
    draft: BatchDraft,
    rows: readonly NewItem[],
    key: IdempotencyClaim | null,
    request: ClaimRequest,
  ): Promise<SubmittedAndClaimed>;
  /** Adds to a batch while it is open; when it is not, nothing was added. */
  add(projectId: number, batchId: number, rows: readonly NewItem[], now: number): Promise<Steered>;
  /** Throws away what was received and not sealed: one batch, or all that got no piece since a time. */
  discard(which: number | { readonly untouchedSince: number }, now: number): Promise<void>;
  /** Payloads of a batch's items, a stretch at a time, by position: what an add is compared with. */
  payloads(batchId: number, afterSeq: number, limit: number): Promise<readonly SeenItem[]>;
}

export interface SubmittedAndClaimed {
  readonly batch: Batch;
  readonly claim: Claim | null;
}

export interface SeenItem {
  readonly seq: number;
  readonly payload: JsonObject;
}

export interface BatchStore {
  /** One guarded move, or a change of settings. What has many rows to move goes on in `advance`. */
  steer(projectId: number, batchId: number, steering: Steering, now: number): Promise<Steered>;
  /** No item of it starts before that time; true when that is later than it was. A resume or a change lets it go. */
  hold(batchId: number, hold: BatchHold, now: number): Promise<boolean>;
  /** One step of unfinished steering, at most `limit` rows; true when there is no more to do. */
  advance(batchId: number, limit: number, now: number): Promise<boolean>;
  /** Batches with unfinished steering; forgets tombstones that ended before `tombstonesBefore`. */
  unfinished(tombstonesBefore: number): Promise<readonly number[]>;
  /** Batches that ended before a time, oldest first; asks are not among them. */
  endedBefore(time: number, limit: number): Promise<readonly Pick<Batch, 'id' | 'projectId'>[]>;
  /** Ends those of the given batches (null: all open ones) that have no open item left; one winner each. */
  end(batchIds: readonly number[] | null, now: number): Promise<readonly number[]>;

  find(projectId: number, batchId: number): Promise<Batch | null>;
  /** Snapshots for watchers, deleted ones included; versions and counts are of one moment. */
  snapshots(batchIds: readonly number[]): Promise<readonly Batch[]>;
  list(projectId: number, filter: BatchFilter, page: PageRequest): Promise<Page<Batch>>;
  /**
   * Recounts a batch's items from one snapshot: what the counts should be, and what they are. null for one that is being
   * received or removed: its rows come and go without its counts.
   */
  recount(batchId: number): Promise<{ readonly counted: Counts; readonly kept: Counts } | null>;
  /** Open batches and open items of a project. */
  totals(projectId: number): Promise<QueueTotals>;
}

export interface QueueTotals {
  readonly batchesOpen: number;
  readonly pending: number;
  readonly processing: number;
  readonly failed: number;
}

export interface BatchDraft {
  readonly projectId: number;
  readonly workload: string;
  readonly name: string | null;
  readonly source: Batch['source'];
  readonly priority: number;
  readonly paceMs: number;
  readonly concurrency: number | null;
  readonly maxAttempts: number;
  /** The key that submits it, which pays for its answers; absent: none does. */
  readonly keyId?: number | null;
  /** Of the call that makes it; absent: none does. */
  readonly requestId?: string | null;
  /** Where in a trace it is made; absent: nobody follows. */
  readonly traceParent?: string | null;
  readonly options: JsonObject;
  readonly metadata: JsonObject;
}

/** An item to be. One with a `skip` is a row of its own with status `skipped`. */
export interface NewItem {
  readonly payload: JsonObject;
  /** By which the batch holds it once, for workloads that discover; absent: it is not compared with others. */
  readonly key?: string;
  /** Higher goes first within the batch; 0 when absent. */
  readonly priority?: number;
  readonly skip?: { readonly reason: string; readonly duplicateOfSeq?: number };
}

export interface IdempotencyClaim {
  readonly projectId: number;
  readonly operation: string;
  readonly key: string;
}

export type Steering =
  | { readonly to: 'pause' | 'resume' | 'cancel' }
  /** With a time: only when it ended before it, and has not been re-opened meanwhile. */
  | { readonly to: 'delete'; readonly endedBefore?: number }
  | { readonly to: 'retry'; readonly statuses: readonly RetriableStatus[] }
  | { readonly to: 'change'; readonly changes: BatchChanges };

export interface BatchChanges {
  readonly name?: string | null;
  readonly priority?: number;
  readonly paceMs?: number;
  readonly concurrency?: number | null;
}

export type Steered =
  /** `already`: the call had taken effect before; nothing changed now. */
  | { readonly kind: 'moved' | 'already'; readonly batch: Batch }
  /** The batch stands where this cannot apply. */
  | { readonly kind: 'refused'; readonly status: BatchStatus }
  | { readonly kind: 'missing' };

export interface BatchFilter {
  readonly status?: BatchStatus;
  readonly workload?: string;
  readonly source?: string;
  /** Made by that call; only then those of asks too. */
  readonly requestId?: string;
  /** Part of the name or of the source's detail, any case. */
  readonly text?: string;
  /** Every pair must stand in the batch's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}
