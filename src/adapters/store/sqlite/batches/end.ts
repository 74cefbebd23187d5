import type { DatabaseSync } from 'node:sqlite';
import { tellBatchEnd } from '../outbox.ts';

/**
 * Ends batches that have no open item left. A probe of the rows decides, never a counter; the guarded update lets
 * one caller win. It runs after the settle that took the last item away, in a step of its own.
 */
export function endBatches(db: DatabaseSync) {
  // Two selects, for an index each: a partial index is not used for one of two statuses.
  const open = db.prepare(
    `select id from batches where status = 'processing' union all select id from batches where status = 'paused'`,
  );
  const probe = db.prepare(
    `select exists (select 1 from items where batch_id = ?1 and status = 'pending' and available_at = 0)
         or exists (select 1 from items where batch_id = ?1 and status = 'processing')
         or exists (select 1 from items where batch_id = ?1 and status = 'pending' and available_at > 0) as has_open`,
  );
  const end = db.prepare(
    `update batches set status = 'completed', ended_at = ?, version = version + 1
      where id = ? and (status = 'processing' or status = 'paused') and unfinished is null`,
  );
  const tell = tellBatchEnd(db);
  return (batchIds: readonly number[] | null, now: number): number[] => {
    const candidates = batchIds ?? open.all().map((row) => row['id'] as number);
    const ended = candidates.filter(
      (id) => probe.get(id)?.['has_open'] === 0 && end.run(now, id).changes === 1,
    );
    for (const id of ended) tell(id, now);
    return ended;
  };
}
