import type { DatabaseSync } from 'node:sqlite';
import type { BatchHold } from '#domain/batch.ts';

/** Puts off the next start of a batch's items; a hold that ends sooner than the one there is changes nothing. */
export function holdBatch(db: DatabaseSync) {
  const hold = db.prepare(
    `update batches set held_until = ?, held_why = ?, version = version + 1
      where id = ? and status in ('processing', 'paused') and held_until < ?`,
  );
  return (batchId: number, { until, error }: BatchHold): boolean =>
    hold.run(until, JSON.stringify(error), batchId, until).changes === 1;
}
