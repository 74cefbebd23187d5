import type { DatabaseSync } from 'node:sqlite';
import type { UnfinishedWork } from '#domain/batch.ts';
import { itemId, seqOfItem } from '#domain/ids.ts';
import type { ItemStatus } from '#domain/item.ts';
import { tellBatchEnd } from '../outbox.ts';
import { CountChanges, saveCounts } from '../counts.ts';

/** Positions that one step looks at: a step must stay short even where it finds nothing. */
const WINDOW = 20_000;

/** One step of the steering that has many rows to move. Each step commits, so a crash costs at most one. */
export function advanceBatch(db: DatabaseSync) {
  const find = db.prepare('select unfinished from batches where id = ?');
  const done = db.prepare(
    `update batches set unfinished = null, version = version + 1,
            ended_at = case when status = 'cancelled' then ? else ended_at end
      where id = ?`,
  );
  const cancel = cancelStep(db);
  const remove = deleteStep(db);
  const retry = retryStep(db);
  const tell = tellBatchEnd(db);
  return (batchId: number, limit: number, now: number): boolean => {
    const text = find.get(batchId)?.['unfinished'] as string | null | undefined;
    if (text === null || text === undefined) return true;
    const work = JSON.parse(text) as UnfinishedWork;
    if (work.kind === 'delete') return remove(batchId, limit, now);
    const isDone = work.kind === 'cancel' ? cancel(batchId, limit, now) : retry(batchId, work, limit);
    if (isDone) {
      done.run(now, batchId);
      if (work.kind === 'cancel') tell(batchId, now);
    }
    return isDone;
  };
}

function cancelStep(db: DatabaseSync): (batchId: number, limit: number, now: number) => boolean {
  const cancelReady = db.prepare(
    `update items set status = 'cancelled', ended_at = ? where id in
       (select id from items where batch_id = ? and status = 'pending' and available_at = 0 limit ?)`,
  );
  const cancelDelayed = db.prepare(
    `update items set status = 'cancelled', available_at = 0, ended_at = ? where id in
       (select id from items where batch_id = ? and status = 'pending' and available_at > 0 limit ?)`,
  );
  const save = saveCounts(db);
  return (batchId, limit, now) => {
    let moved = Number(cancelReady.run(now, batchId, limit).changes);
    if (moved < limit) moved += Number(cancelDelayed.run(now, batchId, limit - moved).changes);
    const changes = new CountChanges();
    changes.move(batchId, 'pending', 'cancelled', moved);
    changes.write(save);
    return moved < limit;
  };
}

function retryStep(
  db: DatabaseSync,
): (batchId: number, work: Extract<UnfinishedWork, { kind: 'retry' }>, limit: number) => boolean {
  const size = db.prepare('select next_seq from batches where id = ?');
  const pick = db.prepare(
    `select id, status from items
      where id > ? and id <= ? and status in ('failed', 'cancelled') and ended_at < ? order by id limit ?`,
  );
  const revive = db.prepare(
    `update items set status = 'pending', available_at = 0, priority = 0, failures = 0, losses = 0,
            reason = null, error_code = null, error_message = null, result = null, started_at = null, ended_at = null
      where id = ? and status = ?`,
  );
  const note = db.prepare('update batches set unfinished = ? where id = ?');
  const save = saveCounts(db);
  return (batchId, work, limit) => {
    const last = (size.get(batchId)?.['next_seq'] as number) - 1;
    const upTo = Math.min(last, work.afterSeq + WINDOW);
    const found = pick.all(itemId(batchId, work.afterSeq), itemId(batchId, upTo), work.before, limit) as {
      id: number;
      status: ItemStatus;
    }[];
    const changes = new CountChanges();
    for (const { id, status } of found) {
      if (!(work.statuses as readonly ItemStatus[]).includes(status)) continue;
      if (revive.run(id, status).changes === 1) changes.move(batchId, status, 'pending');
    }
    changes.write(save);
    const lastFound = found.at(-1);
    const reached = found.length === limit && lastFound !== undefined ? seqOfItem(lastFound.id) : upTo;
    note.run(JSON.stringify({ ...work, afterSeq: reached }), batchId);
    return reached >= last;
  };
}

function deleteStep(db: DatabaseSync): (batchId: number, limit: number, now: number) => boolean {
  const removeAttempts = db.prepare('delete from attempts where item_id >= ? and item_id <= ?');
  const lastOf = db.prepare(
    'select max(id) as id from (select id from items where id >= ? and id < ? order by id limit ?)',
  );
  const removeItems = db.prepare('delete from items where id >= ? and id <= ?');
  const removeCounts = db.prepare('delete from batch_counts where batch_id = ?');
  // The tombstone keeps the version: a watcher must never see it fall.
  const bury = db.prepare(
    `update batches set status = 'deleted', unfinished = null, ended_at = ?, options = '{}', metadata = '{}',
            version = version + 1 + (select coalesce(sum(version), 0) from batch_counts where batch_id = batches.id)
      where id = ?`,
  );
  return (batchId, limit, now) => {
    const first = itemId(batchId, 0);
    const last = lastOf.get(first, itemId(batchId + 1, 0), limit)?.['id'] as number | null;
    if (last !== null) {
      removeAttempts.run(first, last);
      removeItems.run(first, last);
      return false;
    }
    bury.run(now, batchId);
    removeCounts.run(batchId);
    return true;
  };
}
