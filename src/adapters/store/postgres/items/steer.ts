import { isHidden } from '#domain/batch.ts';
import type { BatchStatus, UnfinishedWork } from '#domain/batch.ts';
import { batchOfItem } from '#domain/ids.ts';
import { canMoveItem } from '#domain/item.ts';
import type { ItemStatus } from '#domain/item.ts';
import type { Held } from '#domain/outcome.ts';
import type { ItemSteered } from '#ports/store/items.ts';
import { CountChanges } from '../../sql/count-changes.ts';
import { REVIVED } from '../batches/advance.ts';
import { LOCK_BATCH } from '../batches/steer.ts';
import { saveCounts } from '../counts.ts';
import type { Slots } from '../counts.ts';
import type { Session } from '../session.ts';
import { isStill } from '../status-guard.ts';

const FIND = `
  select i.status, b.status as batch_status, b.unfinished
    from items i join batches b on b.id = i.batch_id where i.id = $1 and b.project_id = $2 for update of i`;

const REVIVE = `update items set ${REVIVED} where id = $1 and status = $2`;

const REOPEN = `
  update batches set status = 'processing', round = round + 1, ended_at = null, version = version + 1
   where id = $1 and status in ('completed', 'cancelled')`;

/** Retries or deletes one item; a retry re-opens its batch. */
export function steerItem(session: Session, slots: Slots) {
  return (projectId: number, itemId: number, to: 'retry' | 'delete', _now: number): Promise<ItemSteered> =>
    session.transaction(async (tx) => {
      const batchId = batchOfItem(itemId);
      const [, found] = await Promise.all([tx.all(LOCK_BATCH, [batchId]), tx.all(FIND, [itemId, projectId])]);
      const row = found[0];
      if (row === undefined || isHidden(row['batch_status'] as BatchStatus)) return { kind: 'missing' };
      const status = row['status'] as ItemStatus;
      const changes = new CountChanges();
      if (to === 'delete') {
        await tx.run('delete from items where id = $1', [itemId]);
        await tx.run('delete from attempts where item_id = $1', [itemId]);
        changes.add(batchId, status, -1);
      } else {
        const unfinished = row['unfinished'] as string | null;
        const work = unfinished === null ? null : (JSON.parse(unfinished) as UnfinishedWork);
        const canRetry = status !== 'processing' && canMoveItem(status, 'pending');
        if (!canRetry || work?.kind === 'cancel') return { kind: 'refused', status };
        await tx.run(REVIVE, [itemId, status]);
        await tx.run(REOPEN, [batchId]);
        changes.move(batchId, status, 'pending');
      }
      await saveCounts(tx, slots.others, changes);
      return { kind: 'moved', batchId };
    });
}

const RELEASE = `
  update items i set status = 'pending', owner = null, started_at = null
    from unnest($1::bigint[], $2::int[]) as g(id, generation)
   where i.id = g.id and i.generation = g.generation and ${isStill('i.status', 'processing')} returning i.batch_id`;

/** Puts claimed items back that were not run: as if they had never been taken, but for the generation. */
export function releaseItems(session: Session, slots: Slots) {
  return async (held: readonly Held[], _now: number): Promise<void> => {
    if (held.length === 0) return;
    const sorted = [...held].sort((a, b) => a.id - b.id);
    await session.transaction(async (tx) => {
      const rows = await tx.all(RELEASE, [
        sorted.map(({ id }) => id),
        sorted.map(({ generation }) => generation),
      ]);
      const changes = new CountChanges();
      for (const row of rows) changes.move(row['batch_id'] as number, 'processing', 'pending');
      await saveCounts(tx, slots.others, changes);
    });
  };
}
