import type { DatabaseSync } from 'node:sqlite';
import type { Batch } from '#domain/batch.ts';
import { isOpen } from '#domain/batch.ts';
import { Fault } from '#domain/fault.ts';
import type { BatchDraft, IdempotencyClaim, NewItem, Steered } from '#ports/store/batches.ts';
import type { Claim, ClaimRequest } from '#ports/store/items.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import { batchInserter, itemInserter, keyKeeper } from './insert.ts';
import { submitWrites } from './submit.ts';

/** How items come in: hidden while they arrive, visible and runnable by the seal. */
export function intakeWrites(db: DatabaseSync, claim: (request: ClaimRequest) => Claim) {
  const find = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  const insertItems = itemInserter(db);
  const insertBatch = batchInserter(db);
  const openUp = db.prepare(
    `update batches set status = 'processing', version = version + 1, created_at = ? where id = ? and status = 'receiving'`,
  );
  const keepKey = keyKeeper(db);
  const discardOne = db.prepare(
    `update batches set status = 'deleting', unfinished = '{"kind":"delete"}', ended_at = ?
      where id = ? and status = 'receiving'`,
  );
  const discardUntouched = db.prepare(
    `update batches set status = 'deleting', unfinished = '{"kind":"delete"}', ended_at = ?
      where status = 'receiving' and created_at < ?`,
  );
  // While it is received, this says when the last piece came; the seal sets it anew.
  const touch = db.prepare('update batches set created_at = ? where id = ?');

  function append(batchId: number, rows: readonly NewItem[], now: number): void {
    const row = find.get(batchId);
    if (row === undefined || row['status'] !== 'receiving') {
      throw new Fault('conflict', 'not_receiving', 'The batch is no longer being received.');
    }
    insertItems({ batchId, rows, now, owner: null });
    touch.run(now, batchId);
  }

  function seal(batchId: number, key: IdempotencyClaim | null, now: number): Batch {
    if (openUp.run(now, batchId).changes === 0) {
      throw new Fault('conflict', 'not_receiving', 'The batch is no longer being received.');
    }
    keepKey(batchId, key);
    return toBatch(find.get(batchId));
  }

  return {
    receive: (draft: BatchDraft, now: number) => insertBatch(draft, now, 'receiving'),
    append,
    seal,
    ...submitWrites(db, claim),
    add(projectId: number, batchId: number, rows: readonly NewItem[], now: number): Steered {
      const row = find.get(batchId);
      if (row === undefined || row['project_id'] !== projectId) return { kind: 'missing' };
      const batch = toBatch(row);
      if (!isOpen(batch.status)) return { kind: 'refused', status: batch.status };
      insertItems({ batchId, rows, now, owner: null });
      return { kind: 'moved', batch: toBatch(find.get(batchId)) };
    },
    discard(which: number | { readonly untouchedSince: number }, now: number): void {
      if (typeof which === 'number') discardOne.run(now, which);
      else discardUntouched.run(now, which.untouchedSince);
    },
  };
}
