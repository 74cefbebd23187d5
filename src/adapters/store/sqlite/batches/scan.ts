import type { DatabaseSync } from 'node:sqlite';
import { isHidden } from '#domain/batch.ts';
import type { Batch, BatchStatus } from '#domain/batch.ts';
import { itemId, seqOfItem } from '#domain/ids.ts';
import { NO_COUNTS } from '#domain/item.ts';
import type { Counts, ItemStatus } from '#domain/item.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { BatchFilter, SeenItem } from '#ports/store/batches.ts';
import { hasAll, matchingBatches } from '../../sql/lists.ts';
import { readCursor } from '../../sql/cursor.ts';
import { all, sqlite } from '../kysely.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';

/** Rows looked at for one page when metadata is asked for: it is compared here, row by row. */
const MOST_EXAMINED = 20_000;

export function batchScans(db: DatabaseSync) {
  return { list: listBatches(db), recount: recountBatch(db), payloads: seenPayloads(db) };
}

function listBatches(db: DatabaseSync) {
  const find = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  return (projectId: number, filter: BatchFilter, page: PageRequest): Page<Batch> => {
    const wanted = Object.entries(filter.metadata ?? {});
    const limit = wanted.length === 0 ? page.limit + 1 : MOST_EXAMINED;
    const before = readCursor(page.cursor);
    const rows = all(db, matchingBatches(sqlite, projectId, filter, { before, limit }));
    const matching = rows.filter((row) => hasAll(row['metadata'] as string, wanted));
    const items = matching.slice(0, page.limit).map((row) => toBatch(find.get(row['id'] as number)));
    const hasMore = matching.length > page.limit || rows.length === MOST_EXAMINED;
    const last = items.at(-1)?.id ?? (rows.at(-1)?.['id'] as number | undefined);
    return { items, next: hasMore && last !== undefined ? String(last) : null };
  };
}

function recountBatch(db: DatabaseSync) {
  const kept = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  const count = db.prepare('select status, count(*) as n from items where id > ? and id < ? group by status');
  return (batchId: number): { counted: Counts; kept: Counts } | null => {
    db.exec('begin');
    try {
      const row = kept.get(batchId);
      if (row === undefined || isHidden(row['status'] as BatchStatus)) return null;
      const counted: Record<ItemStatus, number> = { ...NO_COUNTS };
      for (const { status, n } of count.all(itemId(batchId, 0), itemId(batchId + 1, 0))) {
        counted[status as ItemStatus] = n as number;
      }
      return { counted, kept: toBatch(row).counts };
    } finally {
      db.exec('commit');
    }
  };
}

function seenPayloads(db: DatabaseSync) {
  const read = db.prepare('select id, payload from items where id > ? and id < ? order by id limit ?');
  return (batchId: number, afterSeq: number, limit: number): SeenItem[] =>
    read
      .all(itemId(batchId, afterSeq), itemId(batchId + 1, 0), limit)
      .map((row) => ({ seq: seqOfItem(row['id'] as number), payload: JSON.parse(row['payload'] as string) }));
}
