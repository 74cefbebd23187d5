import type { Statements } from '#clients/postgres.ts';
import type { UnfinishedWork } from '#domain/batch.ts';
import { itemId, seqOfItem } from '#domain/ids.ts';
import type { ItemStatus } from '#domain/item.ts';
import { CountChanges } from '../../sql/count-changes.ts';
import { saveCounts } from '../counts.ts';
import type { Slots } from '../counts.ts';
import { tellBatchEnds } from '../outbox.ts';
import type { Session } from '../session.ts';
import { HAS_OPEN } from './end.ts';
import { takeBack } from './steer.ts';

/** Positions that one step looks at: a step must stay short even where it finds nothing. */
const WINDOW = 20_000;

const FIND = 'select unfinished, next_seq from batches where id = $1 for no key update';

const DONE = `
  update batches set unfinished = null, version = version + 1,
         ended_at = case when status = 'cancelled' then $2 else ended_at end
   where id = $1`;

interface Step {
  readonly tx: Statements;
  readonly slots: Slots;
  readonly batchId: number;
  readonly limit: number;
  readonly now: number;
}

/**
 * One step of the steering that has many rows to move. Each step commits, so a crash costs at most one. The batch is
 * locked by each step, so that of two processes at the same work one waits, and then goes on where the other left it.
 */
export function advanceBatch(session: Session, slots: Slots) {
  return (batchId: number, limit: number, now: number): Promise<boolean> =>
    session.transaction(async (tx) => {
      const row = await tx.first(FIND, [batchId]);
      const text = row?.['unfinished'] as string | null | undefined;
      if (text === null || text === undefined) return true;
      const work = JSON.parse(text) as UnfinishedWork;
      const step: Step = { tx, slots, batchId, limit, now };
      if (work.kind === 'delete') return deleteSome(step);
      const last = (row?.['next_seq'] as number) - 1;
      const isDone = await (work.kind === 'cancel' ? cancelSome(step) : retrySome(step, work, last));
      if (isDone) await tx.run(DONE, [batchId, now]);
      if (isDone && work.kind === 'cancel') await tellBatchEnds(tx, [batchId], now);
      return isDone;
    });
}

function cancelWhere(which: string): string {
  return `
    update items set status = 'cancelled', available_at = 0, ended_at = $2
     where id = any(array(select id from items where batch_id = $1 and status = 'pending' and ${which} limit $3 for update))
       and status = 'pending'`;
}

const CANCEL_READY = cancelWhere('available_at = 0');
const CANCEL_DELAYED = cancelWhere('available_at > 0');

async function cancelSome({ tx, slots, batchId, limit, now }: Step): Promise<boolean> {
  let moved = await tx.run(CANCEL_READY, [batchId, now, limit]);
  if (moved < limit) moved += await tx.run(CANCEL_DELAYED, [batchId, now, limit - moved]);
  const changes = new CountChanges();
  changes.move(batchId, 'pending', 'cancelled', moved);
  await saveCounts(tx, slots.others, changes);
  if (moved === limit) return false;
  // A claim that began before the cancel may have been committed since.
  await takeBack(tx, batchId, slots, now);
  // And what that waited for may have been put back for another attempt. Only a look of its own sees what came to be meanwhile.
  const look = await tx.first(`select ${HAS_OPEN} as is_open from batches b where id = $1`, [batchId]);
  return look?.['is_open'] !== true;
}

const PICK = `
  select id, status from items
   where id > $1 and id <= $2 and status in ('failed', 'cancelled') and ended_at < $3 order by id limit $4`;

/** What a person's retry makes of an item. */
export const REVIVED = `
  status = 'pending', available_at = 0, priority = 0, failures = 0, losses = 0, reason = null, error_code = null,
  error_message = null, result = null, started_at = null, ended_at = null`;

const REVIVE = `
  update items set ${REVIVED} from unnest($1::bigint[], $2::text[]) as g(id, status)
   where items.id = g.id and items.status = g.status returning g.status`;

async function retrySome(
  { tx, slots, batchId, limit }: Step,
  work: Extract<UnfinishedWork, { kind: 'retry' }>,
  last: number,
): Promise<boolean> {
  const upTo = Math.min(last, work.afterSeq + WINDOW);
  const found = (await tx.all(PICK, [
    itemId(batchId, work.afterSeq),
    itemId(batchId, upTo),
    work.before,
    limit,
  ])) as unknown as { id: number; status: ItemStatus }[];
  const wanted = found.filter(({ status }) => (work.statuses as readonly ItemStatus[]).includes(status));
  const revived = await tx.all(REVIVE, [wanted.map(({ id }) => id), wanted.map(({ status }) => status)]);
  const changes = new CountChanges();
  for (const row of revived) changes.move(batchId, row['status'] as ItemStatus, 'pending');
  await saveCounts(tx, slots.others, changes);
  const lastFound = found.at(-1);
  const reached = found.length === limit && lastFound !== undefined ? seqOfItem(lastFound.id) : upTo;
  await tx.run('update batches set unfinished = $2 where id = $1', [
    batchId,
    JSON.stringify({ ...work, afterSeq: reached }),
  ]);
  return reached >= last;
}

const LAST_OF_STEP =
  'select max(id) as id from (select id from items where id >= $1 and id < $2 order by id limit $3) i';

/** The tombstone keeps the version: a watcher must never see it fall. */
const BURY = `
  update batches set status = 'deleted', unfinished = null, ended_at = $2, options = '{}', metadata = '{}',
         version = version + 1 + (select coalesce(sum(version), 0) from batch_counts where batch_id = batches.id)
   where id = $1`;

async function deleteSome({ tx, batchId, limit, now }: Step): Promise<boolean> {
  const first = itemId(batchId, 0);
  const last = (await tx.first(LAST_OF_STEP, [first, itemId(batchId + 1, 0), limit]))?.['id'] as
    | number
    | null;
  if (last !== null) {
    await tx.run('delete from items where id >= $1 and id <= $2', [first, last]);
    await tx.run('delete from attempts where item_id >= $1 and item_id <= $2', [first, last]);
    return false;
  }
  await tx.run(BURY, [batchId, now]);
  await tx.run('delete from batch_counts where batch_id = $1', [batchId]);
  return true;
}
