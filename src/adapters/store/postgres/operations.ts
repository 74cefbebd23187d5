import type { OperationStore } from '#ports/store/operations.ts';
import { CAN_UNDO, toChange, toOperation } from '../sql/operation-rows.ts';
import type { OperationRow } from '../sql/operation-rows.ts';
import type { Session } from './session.ts';

const OPEN = `
  insert into operations (project_id, action, filter, status, owner, created_at)
  values ($1, $2, $3, 'processing', $4, $5) returning *`;

const STEP = `
  with stepped as (
    update operations set matched = matched + $2, changed = changed + $3, refused = refused + $4, note = coalesce($5, note),
           cursor = $6, status = $7, ended_at = $8 where id = $1 and owner = $11 and status = 'processing' returning id),
  noted as (
    insert into operation_changes (operation_id, batch_id, was)
    select id, batch_id, was from stepped, unnest($9::bigint[], $10::text[]) as c(batch_id, was) on conflict do nothing)
  select id from stepped`;

const UNDO = `
  insert into operations (project_id, action, filter, status, owner, created_at, undoes)
  select o.project_id, $3, '{}', 'processing', $5::bigint, $4::bigint, o.id from operations o
   where o.id = $1 and o.project_id = $2 and ${CAN_UNDO}
  on conflict (undoes) where undoes is not null do nothing
  returning *`;

const FIND = `
  select o.*, case when ${CAN_UNDO} then 1 else 0 end as can_undo from operations o where o.id = $1 and o.project_id = $2`;

const CHANGES = `
  select batch_id, was from operation_changes where operation_id = $1 and batch_id > $2 order by batch_id limit $3`;

const ADOPT = `
  update operations o set owner = $1
   where status = 'processing' and not exists (select 1 from workers where id = o.owner) returning *`;

export function postgresOperations(session: Session): OperationStore {
  return {
    async open(projectId, { action, filter }, owner, now) {
      const values = [projectId, JSON.stringify(action), JSON.stringify(filter), owner, now];
      return toOperation(await session.first(OPEN, values));
    },
    async advance(operationId, owner, { matched, changed, refused, note, cursor, changes }, now) {
      const isDone = cursor === null;
      const ending = [cursor, isDone ? 'completed' : 'processing', isDone ? now : null];
      const moved = [changes.map(({ batchId }) => batchId), changes.map(({ was }) => was)];
      const values = [operationId, matched, changed, refused, note, ...ending, ...moved, owner];
      return (await session.run(STEP, values)) === 1;
    },
    async openUndo({ id, projectId }, action, owner, now) {
      const row = await session.first(UNDO, [id, projectId, JSON.stringify(action), now, owner]);
      return row === undefined ? null : toOperation(row);
    },
    async changes(operationId, after, limit) {
      return (await session.all(CHANGES, [operationId, after, limit])).map(toChange);
    },
    async find(projectId, operationId) {
      const row = await session.first(FIND, [operationId, projectId]);
      return row === undefined ? null : toOperation(row);
    },
    async adopt(owner) {
      const rows = await session.all(ADOPT, [owner]);
      return rows.map((row) => ({
        operation: toOperation(row),
        cursor: (row as unknown as OperationRow).cursor,
      }));
    },
  };
}
