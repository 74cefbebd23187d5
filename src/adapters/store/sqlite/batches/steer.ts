import type { DatabaseSync } from 'node:sqlite';
import { isHidden } from '#domain/batch.ts';
import type { Batch, BatchStatus } from '#domain/batch.ts';
import type { BatchChanges, Steered, Steering } from '#ports/store/batches.ts';
import { CountChanges, saveCounts } from '../counts.ts';
import { keepReport } from '../figures.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import { changedColumns, judge, targetOf, unfinishedBy } from '../../sql/steering.ts';
import type { Move } from '../../sql/steering.ts';

/** One guarded move of a batch. What has many rows to move is left as unfinished work, for `advance`. */
export function steerBatch(db: DatabaseSync) {
  const find = db.prepare(`${SELECT_BATCH} where b.id = ? and b.project_id = ? group by b.id`);
  const move = db.prepare(
    `update batches set status = ?, unfinished = ?, round = round + ?, ended_at = ?, held_until = 0, held_why = null, version = version + 1
      where id = ? and status = ?`,
  );
  const takeBack = db.prepare(
    `update items set status = 'cancelled', generation = generation + 1, owner = null, ended_at = ?
      where batch_id = ? and status = 'processing'`,
  );
  const save = saveCounts(db);
  const keep = keepReport(db);
  const change = changeBatch(db);

  return (projectId: number, batchId: number, steering: Steering, now: number): Steered => {
    const row = find.get(batchId, projectId);
    if (row === undefined || isHidden(row['status'] as BatchStatus)) return { kind: 'missing' };
    const batch = toBatch(row);
    if (steering.to === 'change') change(batch, steering.changes);
    else {
      const verdict = judge(batch, steering);
      if (verdict !== 'move') {
        return verdict === 'already' ? { kind: 'already', batch } : { kind: 'refused', status: batch.status };
      }
      apply(batch, steering, now);
    }
    return { kind: 'moved', batch: toBatch(find.get(batchId, projectId)) };
  };

  function apply(batch: Batch, steering: Move, now: number): void {
    if (steering.to === 'delete') keep(batch.id);
    const reopens = steering.to === 'retry' && batch.endedAt !== null;
    const unfinished = unfinishedBy(steering, now) ?? batch.unfinished;
    move.run(
      targetOf(batch, steering),
      unfinished === null ? null : JSON.stringify(unfinished),
      reopens ? 1 : 0,
      reopens ? null : batch.endedAt,
      batch.id,
      batch.status,
    );
    if (steering.to === 'cancel' || steering.to === 'delete') {
      const changes = new CountChanges();
      const taken = Number(takeBack.run(now, batch.id).changes);
      changes.move(batch.id, 'processing', 'cancelled', taken);
      changes.write(save);
    }
  }
}

function changeBatch(db: DatabaseSync): (batch: Batch, changes: BatchChanges) => void {
  return (batch, changes) => {
    for (const [column, value] of changedColumns(changes)) {
      db.prepare(`update batches set ${column} = ? where id = ?`).run(value, batch.id);
    }
    db.prepare(
      'update batches set paced_until = 0, held_until = 0, held_why = null, version = version + 1 where id = ?',
    ).run(batch.id);
  };
}
