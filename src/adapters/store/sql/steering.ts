import { canMoveBatch, isEnded } from '#domain/batch.ts';
import type { Batch, BatchStatus, UnfinishedWork } from '#domain/batch.ts';
import type { BatchChanges, Steering } from '#ports/store/batches.ts';

export type Move = Exclude<Steering, { to: 'change' }>;

const TARGETS = {
  pause: 'paused',
  resume: 'processing',
  cancel: 'cancelled',
  delete: 'deleting',
  retry: 'processing',
} as const satisfies Record<Move['to'], BatchStatus>;

/** Whether a call moves the batch, took effect before, or cannot apply where the batch stands. */
export function judge(batch: Batch, steering: Move): 'move' | 'already' | 'refused' {
  const target = TARGETS[steering.to];
  if (steering.to === 'retry') {
    // Rows of an unfinished cancel are still on their way: a retry would race it.
    if (batch.unfinished !== null) return batch.unfinished.kind === 'retry' ? 'already' : 'refused';
    return 'move';
  }
  if (steering.to === 'delete' && !isOldEnough(batch, steering.endedBefore)) return 'refused';
  // What is held up and not paused is let go.
  const isLetGo = steering.to === 'resume' && batch.hold !== null;
  if (batch.status === target) return isLetGo ? 'move' : 'already';
  if (steering.to === 'resume') return batch.status === 'paused' ? 'move' : 'refused';
  return canMoveBatch(batch.status, target) ? 'move' : 'refused';
}

function isOldEnough(batch: Batch, endedBefore: number | undefined): boolean {
  if (endedBefore === undefined) return true;
  return isEnded(batch) && batch.endedAt !== null && batch.endedAt < endedBefore;
}

/** Batches that are old enough to go; the condition of the partial index `batches_ended` first. */
export const ENDED_BEFORE = (time: string, limit: string): string => `
  select id, project_id from batches
   where status in ('completed', 'cancelled') and ended_at < ${time} and source_kind != 'ask' and unfinished is null
   order by ended_at limit ${limit}`;

/** What a move leaves to be done in steps. */
export function unfinishedBy(steering: Move, now: number): UnfinishedWork | null {
  if (steering.to === 'cancel' || steering.to === 'delete') return { kind: steering.to };
  if (steering.to === 'retry')
    return { kind: 'retry', statuses: steering.statuses, before: now + 1, afterSeq: 0 };
  return null;
}

/** Where a move brings the batch. */
export function targetOf(batch: Batch, steering: Move): BatchStatus {
  return steering.to === 'retry' && batch.status === 'paused' ? 'paused' : TARGETS[steering.to];
}

/** The column of each setting that can be changed. */
const COLUMNS = {
  name: 'name',
  priority: 'priority',
  paceMs: 'pace_ms',
  concurrency: 'concurrency',
} as const satisfies Record<keyof BatchChanges, string>;

/** The settings that a change gives, by column. */
export function changedColumns(changes: BatchChanges): [column: string, value: string | number | null][] {
  return Object.entries(COLUMNS).flatMap(([field, column]) => {
    const value = changes[field as keyof BatchChanges];
    return value === undefined ? [] : [[column, value]];
  });
}
