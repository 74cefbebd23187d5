import type { Statements } from '#clients/postgres.ts';
import { isHidden } from '#domain/batch.ts';
import type { Batch, BatchStatus } from '#domain/batch.ts';
import type { BatchChanges, Steered, Steering } from '#ports/store/batches.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import { CountChanges } from '../../sql/count-changes.ts';
import { changedColumns, judge, targetOf, unfinishedBy } from '../../sql/steering.ts';
import type { Move } from '../../sql/steering.ts';
import { saveCounts } from '../counts.ts';
import type { Slots } from '../counts.ts';
import { keepReport } from '../figures.ts';
import type { Session } from '../session.ts';

/** Every change of a batch, and every add and retry, holds this first: batches are locked before items. */
export const LOCK_BATCH = 'select id from batches where id = $1 for no key update';

const FIND = `${SELECT_BATCH} where b.id = $1 and b.project_id = $2 group by b.id`;

const MOVE = `
  update batches set status = $2, unfinished = $3, round = round + $4, ended_at = $5, held_until = 0, held_why = null, version = version + 1
   where id = $1`;

/** Locked by ascending id, as settles lock them. */
const TAKE_BACK = `
  update items set status = 'cancelled', generation = generation + 1, owner = null, ended_at = $2
   where id = any(array(select id from items where batch_id = $1 and status = 'processing' order by id for update))
     and status = 'processing'`;

/** One guarded move of a batch. What has many rows to move is left as unfinished work, for `advance`. */
export function steerBatch(session: Session, slots: Slots) {
  return (projectId: number, batchId: number, steering: Steering, now: number): Promise<Steered> =>
    session.transaction(async (tx) => {
      const [, found] = await Promise.all([
        tx.all(LOCK_BATCH, [batchId]),
        tx.all(FIND, [batchId, projectId]),
      ]);
      const row = found[0];
      if (row === undefined || isHidden(row['status'] as BatchStatus)) return { kind: 'missing' };
      const batch = toBatch(row);
      if (steering.to === 'change') await change(tx, batch, steering.changes);
      else {
        const verdict = judge(batch, steering);
        if (verdict === 'already') return { kind: 'already', batch };
        if (verdict === 'refused') return { kind: 'refused', status: batch.status };
        await apply(tx, batch, steering, now);
      }
      return { kind: 'moved', batch: toBatch(await tx.first(FIND, [batchId, projectId])) };
    });

  async function apply(tx: Statements, batch: Batch, steering: Move, now: number): Promise<void> {
    const reopens = steering.to === 'retry' && batch.endedAt !== null;
    const unfinished = unfinishedBy(steering, now) ?? batch.unfinished;
    if (steering.to === 'delete') await keepReport(tx, batch.id);
    await tx.run(MOVE, [
      batch.id,
      targetOf(batch, steering),
      unfinished === null ? null : JSON.stringify(unfinished),
      reopens ? 1 : 0,
      reopens ? null : batch.endedAt,
    ]);
    if (steering.to === 'cancel' || steering.to === 'delete') await takeBack(tx, batch.id, slots, now);
  }
}

/** Cancels what runs; whoever runs it can record nothing any more. */
export async function takeBack(tx: Statements, batchId: number, slots: Slots, now: number): Promise<void> {
  const taken = await tx.run(TAKE_BACK, [batchId, now]);
  if (taken === 0) return;
  const changes = new CountChanges();
  changes.move(batchId, 'processing', 'cancelled', taken);
  await saveCounts(tx, slots.others, changes);
}

async function change(tx: Statements, batch: Batch, changes: BatchChanges): Promise<void> {
  const columns = changedColumns(changes);
  const sets = columns.map(([column], i) => `${column} = $${i + 2}, `).join('');
  await tx.run(
    `update batches set ${sets}paced_until = 0, held_until = 0, held_why = null, version = version + 1 where id = $1`,
    [batch.id, ...columns.map(([, value]) => value)],
  );
}
