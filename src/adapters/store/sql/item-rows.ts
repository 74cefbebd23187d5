import type { Attempt, Item, ItemStatus } from '#domain/item.ts';
import { seqOfItem } from '#domain/ids.ts';

export interface ItemRow {
  id: number;
  batch_id: number;
  parent_seq: number | null;
  depth: number;
  workload: string;
  status: ItemStatus;
  priority: number;
  available_at: number;
  generation: number;
  failures: number;
  losses: number;
  payload: string;
  reason: string | null;
  error_code: string | null;
  error_message: string | null;
  result: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

/** @param workload the batch's; item rows do not repeat it */
export function toItem(given: unknown, workload: string): Item {
  const row = given as ItemRow;
  return {
    id: row.id,
    batchId: row.batch_id,
    seq: seqOfItem(row.id),
    parentSeq: row.parent_seq,
    depth: row.depth,
    workload,
    status: row.status,
    priority: row.priority,
    availableAt: row.available_at,
    generation: row.generation,
    failures: row.failures,
    losses: row.losses,
    payload: JSON.parse(row.payload),
    reason: row.reason,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    result: row.result === null ? null : JSON.parse(row.result),
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

export function toAttempt(row: Record<string, unknown>): Attempt {
  return {
    number: row['number'] as number,
    startedAt: row['started_at'] as number,
    endedAt: row['ended_at'] as number,
    error: { code: row['error_code'] as string, message: row['error_message'] as string },
  };
}
