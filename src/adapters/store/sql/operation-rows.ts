import type { BatchStatus } from '#domain/batch.ts';
import type { Operation, OperationChange } from '#domain/operation.ts';

/** Of an operation `o`: it has ended, changed what can be taken back, and was not taken back. */
export const CAN_UNDO = `o.status = 'completed' and o.undoes is null
  and exists (select 1 from operation_changes c where c.operation_id = o.id)
  and not exists (select 1 from operations u where u.undoes = o.id)`;

export function toOperation(given: unknown): Operation {
  const row = given as OperationRow;
  return {
    id: row.id,
    projectId: row.project_id,
    action: JSON.parse(row.action),
    filter: JSON.parse(row.filter),
    status: row.status,
    matched: row.matched,
    changed: row.changed,
    refused: row.refused,
    note: row.note,
    undoes: row.undoes,
    canUndo: row.can_undo === 1,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

export function toChange(row: unknown): OperationChange {
  const { batch_id, was } = row as { batch_id: number; was: BatchStatus };
  return { batchId: batch_id, was };
}

export interface OperationRow {
  id: number;
  project_id: number;
  action: string;
  filter: string;
  undoes: number | null;
  /** Absent where a row was just written. */
  can_undo?: number;
  status: Operation['status'];
  matched: number;
  changed: number;
  refused: number;
  note: string | null;
  cursor: string | null;
  created_at: number;
  ended_at: number | null;
}
