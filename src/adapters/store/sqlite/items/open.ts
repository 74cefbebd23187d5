import type { DatabaseSync } from 'node:sqlite';
import type { ItemStore } from '#ports/store/items.ts';
import type { Remote } from '../remote.ts';
import type { itemWrites } from './writes.ts';
import type { itemScans } from './scan.ts';
import { toAttempt, toItem } from '../../sql/item-rows.ts';

export function sqliteItems(
  db: DatabaseSync,
  writes: Remote<typeof itemWrites>,
  scans: Remote<typeof itemScans>,
): ItemStore {
  const find = db.prepare(
    `select i.*, b.workload, b.project_id from items i join batches b on b.id = i.batch_id
      where i.id = ? and b.project_id = ? and b.status not in ('receiving', 'deleting', 'deleted')`,
  );
  const attempts = db.prepare('select * from attempts where item_id = ? order by number');
  return {
    claim: writes.claim,
    settle: writes.settle,
    release: writes.release,
    steer: writes.steer,
    async find(projectId, itemId) {
      const row = find.get(itemId, projectId);
      if (row === undefined) return null;
      const tried = attempts.all(itemId).map(toAttempt);
      return { ...toItem(row, row['workload'] as string), projectId, attempts: tried };
    },
    list: scans.list,
    waiting: scans.waiting,
    deadLetters: scans.deadLetters,
  };
}
