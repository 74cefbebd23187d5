import type { BatchStore, IntakeStore, QueueTotals } from '#ports/store/batches.ts';
import { ENDED_BEFORE } from '../../sql/steering.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import type { Slots } from '../counts.ts';
import type { Session } from '../session.ts';
import { advanceBatch } from './advance.ts';
import { endBatches } from './end.ts';
import { holdBatch } from './hold.ts';
import { postgresIntake } from './intake.ts';
import { batchScans } from './scan.ts';
import { steerBatch } from './steer.ts';

const VISIBLE = `b.status not in ('receiving', 'deleting', 'deleted')`;
const FIND = `${SELECT_BATCH} where b.id = $1 and b.project_id = $2 and ${VISIBLE} group by b.id`;
const SNAPSHOTS = `${SELECT_BATCH} where b.id = any($1) group by b.id`;

const TOTALS = `
  select count(distinct case when b.status in ('processing', 'paused') then b.id end) as "batchesOpen",
         coalesce(sum(c.pending), 0) as pending, coalesce(sum(c.processing), 0) as processing,
         coalesce(sum(c.failed), 0) as failed
    from batches b left join batch_counts c on c.batch_id = b.id
   where b.project_id = $1 and ${VISIBLE}`;

const ENDED = ENDED_BEFORE('$1', '$2');
const FORGET = `delete from batches where status = 'deleted' and ended_at < $1`;

/** Async asks are batches that no list shows: they go when their answer is long fetched. */
const EXPIRE_ASKS = `
  update batches set status = 'deleting', unfinished = '{"kind":"delete"}'
   where source_kind = 'ask' and ended_at < $1 and status not in ('deleting', 'deleted')`;

export function postgresBatches(
  session: Session,
  scans: Session,
  slots: Slots,
): { intake: IntakeStore; batches: BatchStore } {
  const { payloads, list, recount } = batchScans(scans);
  return {
    intake: { ...postgresIntake(session, slots), payloads },
    batches: {
      steer: steerBatch(session, slots),
      hold: holdBatch(session),
      advance: advanceBatch(session, slots),
      end: endBatches(session),
      async endedBefore(time, limit) {
        const rows = await session.all(ENDED, [time, limit]);
        return rows.map((row) => ({ id: row['id'] as number, projectId: row['project_id'] as number }));
      },
      async unfinished(tombstonesBefore) {
        await session.run(FORGET, [tombstonesBefore]);
        await session.run(EXPIRE_ASKS, [tombstonesBefore]);
        const rows = await session.all('select id from batches where unfinished is not null');
        return rows.map((row) => row['id'] as number);
      },
      async find(projectId, batchId) {
        const row = await session.first(FIND, [batchId, projectId]);
        return row === undefined ? null : toBatch(row);
      },
      async snapshots(batchIds) {
        if (batchIds.length === 0) return [];
        return (await session.all(SNAPSHOTS, [batchIds])).map(toBatch);
      },
      list,
      recount,
      async totals(projectId) {
        return (await scans.first(TOTALS, [projectId])) as unknown as QueueTotals;
      },
    },
  };
}
