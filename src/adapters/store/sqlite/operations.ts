import type { DatabaseSync } from 'node:sqlite';
import type { Operation, OperationAction, OperationChange, OperationFilter } from '#domain/operation.ts';
import type { OpenOperation, OperationStep, OperationStore } from '#ports/store/operations.ts';
import { CAN_UNDO, toChange, toOperation } from '../sql/operation-rows.ts';
import type { OperationRow } from '../sql/operation-rows.ts';
import type { Remote } from './remote.ts';

export function operationWrites(db: DatabaseSync) {
  const { insert, step, adopt, note, undo } = statementsOf(db);
  return {
    open(
      projectId: number,
      { action, filter }: { readonly action: OperationAction; readonly filter: OperationFilter },
      owner: number,
      now: number,
    ): Operation {
      return toOperation(insert.get(projectId, JSON.stringify(action), JSON.stringify(filter), owner, now));
    },
    openUndo(
      { id, projectId }: Operation,
      action: OperationAction,
      owner: number,
      now: number,
    ): Operation | null {
      const row = undo.get({ id, projectId, action: JSON.stringify(action), owner, now });
      return row === undefined ? null : toOperation(row);
    },
    adopt(owner: number): OpenOperation[] {
      return adopt
        .all(owner)
        .map((row) => ({ operation: toOperation(row), cursor: (row as unknown as OperationRow).cursor }));
    },
    advance(
      operationId: number,
      owner: number,
      { changes, cursor, ...counts }: OperationStep,
      now: number,
    ): boolean {
      const isDone = cursor === null;
      const stepped = step.run(
        counts.matched,
        counts.changed,
        counts.refused,
        counts.note,
        cursor,
        isDone ? 'completed' : 'processing',
        isDone ? now : null,
        operationId,
        owner,
      );
      if (stepped.changes === 0) return false;
      for (const { batchId, was } of changes) note.run(operationId, batchId, was);
      return true;
    },
  };
}

function statementsOf(db: DatabaseSync) {
  const insert = db.prepare(
    `insert into operations (project_id, action, filter, status, owner, created_at) values (?, ?, ?, 'processing', ?, ?) returning *`,
  );
  const step = db.prepare(
    `update operations set matched = matched + ?, changed = changed + ?, refused = refused + ?, note = coalesce(?, note),
            cursor = ?, status = ?, ended_at = ? where id = ? and owner = ? and status = 'processing'`,
  );
  const adopt = db.prepare(
    `update operations set owner = ?
      where status = 'processing' and not exists (select 1 from workers where id = operations.owner) returning *`,
  );
  const note = db.prepare(
    'insert into operation_changes (operation_id, batch_id, was) values (?, ?, ?) on conflict do nothing',
  );
  const undo = db.prepare(
    `insert into operations (project_id, action, filter, status, owner, created_at, undoes)
     select o.project_id, :action, '{}', 'processing', :owner, :now, o.id from operations o
      where o.id = :id and o.project_id = :projectId and ${CAN_UNDO}
     returning *`,
  );
  return { insert, step, adopt, note, undo };
}

export function sqliteOperations(db: DatabaseSync, writes: Remote<typeof operationWrites>): OperationStore {
  const find = db.prepare(
    `select o.*, case when ${CAN_UNDO} then 1 else 0 end as can_undo from operations o where o.id = ? and o.project_id = ?`,
  );
  const changes = db.prepare(
    'select batch_id, was from operation_changes where operation_id = ? and batch_id > ? order by batch_id limit ?',
  );
  return {
    open: writes.open,
    openUndo: writes.openUndo,
    advance: writes.advance,
    async changes(operationId, after, limit): Promise<readonly OperationChange[]> {
      return changes.all(operationId, after, limit).map(toChange);
    },
    adopt: writes.adopt,
    async find(projectId, operationId) {
      const row = find.get(operationId, projectId);
      return row === undefined ? null : toOperation(row);
    },
  };
}
