import { isHidden } from '#domain/batch.ts';
import type { BatchStatus } from '#domain/batch.ts';
import { itemId, seqOfItem } from '#domain/ids.ts';
import { NO_COUNTS } from '#domain/item.ts';
import type { ItemStatus } from '#domain/item.ts';
import type { BatchStore, IntakeStore } from '#ports/store/batches.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import { readCursor } from '../../sql/cursor.ts';
import { hasAll, matchingBatches } from '../../sql/lists.ts';
import { all, postgres } from '../kysely.ts';
import type { Session } from '../session.ts';

/** Rows looked at for one page when metadata is asked for: it is compared here, row by row. */
const MOST_EXAMINED = 20_000;

const FIND_SOME = `${SELECT_BATCH} where b.id = any($1) group by b.id order by b.id desc`;
const KEPT = `${SELECT_BATCH} where b.id = $1 group by b.id`;
const COUNT = 'select status, count(*) as n from items where id > $1 and id < $2 group by status';
const PAYLOADS = 'select id, payload from items where id > $1 and id < $2 order by id limit $3';

export function batchScans(
  scans: Session,
): Pick<BatchStore, 'list' | 'recount'> & Pick<IntakeStore, 'payloads'> {
  return {
    async list(projectId, filter, page) {
      const wanted = Object.entries(filter.metadata ?? {});
      const limit = wanted.length === 0 ? page.limit + 1 : MOST_EXAMINED;
      const before = readCursor(page.cursor);
      const rows = await all(scans, matchingBatches(postgres, projectId, filter, { before, limit }));
      const matching = rows.filter((row) => hasAll(row['metadata'] as string, wanted));
      const ids = matching.slice(0, page.limit).map((row) => row['id'] as number);
      const items = (await scans.all(FIND_SOME, [ids])).map(toBatch);
      const hasMore = matching.length > page.limit || rows.length === MOST_EXAMINED;
      const last = ids.at(-1) ?? (rows.at(-1)?.['id'] as number | undefined);
      return { items, next: hasMore && last !== undefined ? String(last) : null };
    },
    recount: (batchId) =>
      scans.snapshot(async (tx) => {
        const [kept, found] = await Promise.all([
          tx.first(KEPT, [batchId]),
          tx.all(COUNT, [itemId(batchId, 0), itemId(batchId + 1, 0)]),
        ]);
        if (kept === undefined || isHidden(kept['status'] as BatchStatus)) return null;
        const counted: Record<ItemStatus, number> = { ...NO_COUNTS };
        for (const { status, n } of found) counted[status as ItemStatus] = n as number;
        return { counted, kept: toBatch(kept).counts };
      }),
    async payloads(batchId, afterSeq, limit) {
      const rows = await scans.all(PAYLOADS, [itemId(batchId, afterSeq), itemId(batchId + 1, 0), limit]);
      return rows.map((row) => ({
        seq: seqOfItem(row['id'] as number),
        payload: JSON.parse(row['payload'] as string),
      }));
    },
  };
}
