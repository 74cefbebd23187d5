import type { DatabaseSync } from 'node:sqlite';
import { advanceBatch } from './advance.ts';
import { endBatches } from './end.ts';
import { holdBatch } from './hold.ts';
import { steerBatch } from './steer.ts';

export function batchWrites(db: DatabaseSync) {
  const forget = db.prepare(`delete from batches where status = 'deleted' and ended_at < ?`);
  // Async asks are batches that no list shows: they go when their answer is long fetched.
  const expireAsks = db.prepare(
    `update batches set status = 'deleting', unfinished = '{"kind":"delete"}'
      where source_kind = 'ask' and ended_at < ? and status not in ('deleting', 'deleted')`,
  );
  const unfinished = db.prepare('select id from batches where unfinished is not null');
  return {
    steer: steerBatch(db),
    advance: advanceBatch(db),
    hold: holdBatch(db),
    end: endBatches(db),
    unfinished(tombstonesBefore: number): number[] {
      forget.run(tombstonesBefore);
      expireAsks.run(tombstonesBefore);
      return unfinished.all().map((row) => row['id'] as number);
    },
  };
}
