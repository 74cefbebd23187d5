import type { DatabaseSync } from 'node:sqlite';
import type { SaveCounts } from '../sql/count-changes.ts';

export { CountChanges } from '../sql/count-changes.ts';
export type { SaveCounts } from '../sql/count-changes.ts';

export function saveCounts(db: DatabaseSync): SaveCounts {
  const upsert = db.prepare(
    `insert into batch_counts (batch_id, slot, pending, processing, completed, failed, cancelled, skipped, version)
     values (?, 0, ?, ?, ?, ?, ?, ?, 1)
     on conflict (batch_id, slot) do update set
       pending = pending + excluded.pending,
       processing = processing + excluded.processing,
       completed = completed + excluded.completed,
       failed = failed + excluded.failed,
       cancelled = cancelled + excluded.cancelled,
       skipped = skipped + excluded.skipped,
       version = version + 1`,
  );
  return (batchId, c) => {
    upsert.run(batchId, c.pending, c.processing, c.completed, c.failed, c.cancelled, c.skipped);
  };
}
