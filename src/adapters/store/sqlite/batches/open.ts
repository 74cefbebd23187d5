import type { DatabaseSync } from 'node:sqlite';
import type { BatchStore, IntakeStore, QueueTotals } from '#ports/store/batches.ts';
import type { Remote } from '../remote.ts';
import type { intakeWrites } from './intake.ts';
import type { batchScans } from './scan.ts';
import type { batchWrites } from './writes.ts';
import { ENDED_BEFORE } from '../../sql/steering.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';

export function sqliteIntake(
  writes: Remote<typeof intakeWrites>,
  scans: Remote<typeof batchScans>,
): IntakeStore {
  return {
    receive: writes.receive,
    append: writes.append,
    seal: writes.seal,
    submit: writes.submit,
    submitAndClaim: writes.submitAndClaim,
    add: writes.add,
    discard: writes.discard,
    payloads: scans.payloads,
  };
}

export function sqliteBatches(
  db: DatabaseSync,
  writes: Remote<typeof batchWrites>,
  scans: Remote<typeof batchScans>,
): BatchStore {
  const find = db.prepare(
    `${SELECT_BATCH} where b.id = ? and b.project_id = ? and b.status not in ('receiving', 'deleting', 'deleted') group by b.id`,
  );
  const snapshot = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  const endedBefore = db.prepare(ENDED_BEFORE('?', '?'));
  const totals = db.prepare(
    `select count(distinct case when b.status in ('processing', 'paused') then b.id end) as batchesOpen,
            coalesce(sum(c.pending), 0) as pending, coalesce(sum(c.processing), 0) as processing,
            coalesce(sum(c.failed), 0) as failed
       from batches b left join batch_counts c on c.batch_id = b.id
      where b.project_id = ? and b.status not in ('receiving', 'deleting', 'deleted')`,
  );
  return {
    steer: writes.steer,
    hold: writes.hold,
    advance: writes.advance,
    unfinished: writes.unfinished,
    end: writes.end,
    async endedBefore(time, limit) {
      return endedBefore
        .all(time, limit)
        .map((row) => ({ id: row['id'] as number, projectId: row['project_id'] as number }));
    },
    async find(projectId, batchId) {
      const row = find.get(batchId, projectId);
      return row === undefined ? null : toBatch(row);
    },
    async snapshots(batchIds) {
      return batchIds.flatMap((id) => {
        const row = snapshot.get(id);
        return row === undefined ? [] : [toBatch(row)];
      });
    },
    list: scans.list,
    recount: scans.recount,
    async totals(projectId) {
      return totals.get(projectId) as unknown as QueueTotals;
    },
  };
}
