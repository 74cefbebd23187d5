import type { DatabaseSync } from 'node:sqlite';
import type { BatchStatus, UnfinishedWork } from '#domain/batch.ts';
import { isHidden } from '#domain/batch.ts';
import { canMoveItem } from '#domain/item.ts';
import type { ItemStatus } from '#domain/item.ts';
import type { Held } from '#domain/outcome.ts';
import type { ItemSteered } from '#ports/store/items.ts';
import { batchOfItem } from '#domain/ids.ts';
import { CountChanges, saveCounts } from '../counts.ts';

/** Retries or deletes one item; a retry re-opens its batch. */
export function steerItem(db: DatabaseSync) {
  const find = db.prepare(
    `select i.status, b.status as batch_status, b.ended_at as batch_ended_at, b.unfinished
       from items i join batches b on b.id = i.batch_id where i.id = ? and b.project_id = ?`,
  );
  const revive = db.prepare(
    `update items set status = 'pending', available_at = 0, priority = 0, failures = 0, losses = 0,
            reason = null, error_code = null, error_message = null, result = null, started_at = null, ended_at = null
      where id = ? and status = ?`,
  );
  const reopen = db.prepare(
    `update batches set status = 'processing', round = round + 1, ended_at = null, version = version + 1
      where id = ? and status in ('completed', 'cancelled')`,
  );
  const remove = db.prepare('delete from items where id = ? and status = ?');
  const removeAttempts = db.prepare('delete from attempts where item_id = ?');
  const save = saveCounts(db);

  return (projectId: number, itemId: number, to: 'retry' | 'delete', _now: number): ItemSteered => {
    const row = find.get(itemId, projectId);
    if (row === undefined || isHidden(row['batch_status'] as BatchStatus)) return { kind: 'missing' };
    const status = row['status'] as ItemStatus;
    const batchId = batchOfItem(itemId);
    const changes = new CountChanges();
    if (to === 'delete') {
      remove.run(itemId, status);
      removeAttempts.run(itemId);
      changes.add(batchId, status, -1);
    } else {
      const work =
        row['unfinished'] === null ? null : (JSON.parse(row['unfinished'] as string) as UnfinishedWork);
      const isPerson = status !== 'processing' && canMoveItem(status, 'pending');
      if (!isPerson || work?.kind === 'cancel') return { kind: 'refused', status };
      revive.run(itemId, status);
      reopen.run(batchId);
      changes.move(batchId, status, 'pending');
    }
    changes.write(save);
    return { kind: 'moved', batchId };
  };
}

/** Puts claimed items back that were not run: as if they had never been taken, but for the generation. */
export function releaseItems(db: DatabaseSync) {
  const release = db.prepare(
    `update items set status = 'pending', owner = null, started_at = null
      where id = ? and generation = ? and status = 'processing'`,
  );
  const save = saveCounts(db);
  return (held: readonly Held[], _now: number): void => {
    const changes = new CountChanges();
    for (const { id, generation } of held) {
      if (release.run(id, generation).changes === 1) changes.move(batchOfItem(id), 'processing', 'pending');
    }
    changes.write(save);
  };
}
