import type { ItemStore } from '#ports/store/items.ts';
import { toAttempt, toItem } from '../../sql/item-rows.ts';
import type { Slots } from '../counts.ts';
import type { Session } from '../session.ts';
import { claimItems } from './claim.ts';
import { itemScans } from './scan.ts';
import { settleItems } from './settle.ts';
import { releaseItems, steerItem } from './steer.ts';

const FIND = `
  select i.*, b.workload, b.project_id from items i join batches b on b.id = i.batch_id
   where i.id = $1 and b.project_id = $2 and b.status not in ('receiving', 'deleting', 'deleted')`;

const ATTEMPTS = 'select * from attempts where item_id = $1 order by number';

export function postgresItems(session: Session, scans: Session, slots: Slots): ItemStore {
  return {
    claim: claimItems(session, slots),
    settle: settleItems(session, slots),
    release: releaseItems(session, slots),
    steer: steerItem(session, slots),
    async find(projectId, itemId) {
      const row = await session.first(FIND, [itemId, projectId]);
      if (row === undefined) return null;
      const tried = (await session.all(ATTEMPTS, [itemId])).map(toAttempt);
      return { ...toItem(row, row['workload'] as string), projectId, attempts: tried };
    },
    ...itemScans(scans),
  };
}
