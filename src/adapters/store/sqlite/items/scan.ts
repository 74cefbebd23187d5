import type { DatabaseSync } from 'node:sqlite';
import { itemId } from '#domain/ids.ts';
import type { Item } from '#domain/item.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { DeadLetterGroup, ItemFilter, Waiting } from '#ports/store/items.ts';
import { likePattern, matchingItems } from '../../sql/lists.ts';
import { pageOf, readCursor } from '../../sql/cursor.ts';
import { all, sqlite } from '../kysely.ts';
import { toItem } from '../../sql/item-rows.ts';

/** A search walks the batch in windows of ids, and hands over a short page once it has looked for this long. */
const WINDOW = 20_000;
const MOST_MS = 250;

export function itemScans(db: DatabaseSync) {
  return { list: listItems(db), waiting: explainWaiting(db), deadLetters: groupDeadLetters(db) };
}

function listItems(db: DatabaseSync) {
  const findBatch = db.prepare(
    `select workload, next_seq from batches where id = ? and project_id = ? and status not in ('receiving', 'deleting', 'deleted')`,
  );
  const failed = listFailed(db);
  const children = listChildren(db);
  return (projectId: number, filter: ItemFilter, page: PageRequest): Page<Item> => {
    const { batchId } = filter;
    if (batchId === undefined) return failed(projectId, filter, page);
    const batch = findBatch.get(batchId, projectId);
    if (batch === undefined) return { items: [], next: null };
    if (filter.parentSeq !== undefined) return children(batch['workload'] as string, filter, page);
    const last = itemId(batchId, (batch['next_seq'] as number) - 1);
    const items: Item[] = [];
    // A cursor from elsewhere opens no other batch: what lies outside this one's ids is not looked at.
    let after = Math.max(itemId(batchId, 0), readCursor(page.cursor) ?? 0);
    const until = performance.now() + MOST_MS;
    while (after < last && items.length < page.limit && performance.now() < until) {
      const upTo = Math.min(last, after + WINDOW);
      const window = { after, upTo, limit: page.limit - items.length };
      const rows = all(db, matchingItems(sqlite, { ...filter, batchId }, window));
      items.push(...rows.map((row) => toItem(row, batch['workload'] as string)));
      after = items.length === page.limit ? (items.at(-1) as Item).id : upTo;
    }
    return { items, next: after < last ? String(after) : null };
  };
}

/** What one item led to, along the index of children. */
function listChildren(db: DatabaseSync) {
  const select = db.prepare(
    `select * from items
      where batch_id = ?1 and parent_seq = ?2 and id > ?3 and (?4 is null or status = ?4)
        and (?5 is null or payload like ?5 escape '\\' or error_message like ?5 escape '\\')
      order by id limit ?6`,
  );
  return (workload: string, filter: ItemFilter, page: PageRequest): Page<Item> => {
    const { batchId, parentSeq, status = null, text } = filter;
    const like = text === undefined ? null : likePattern(text);
    const after = readCursor(page.cursor) ?? 0;
    const values = [batchId as number, parentSeq as number, after, status, like] as const;
    const items = select.all(...values, page.limit + 1).map((row) => toItem(row, workload));
    return pageOf(items, page.limit, (item) => item.id);
  };
}

/** Dead letters of the whole project, oldest first, along the partial index. */
function listFailed(db: DatabaseSync) {
  const select = db.prepare(
    `select i.*, b.workload from items i join batches b on b.id = i.batch_id
      where i.status = 'failed' and i.id > ?1 and b.project_id = ?2
        and b.status not in ('receiving', 'deleting', 'deleted')
        and (?3 is null or i.error_code = ?3)
        and (?4 is null or i.payload like ?4 escape '\\' or i.error_message like ?4 escape '\\')
      order by i.batch_id, i.id limit ?5`,
  );
  return (projectId: number, filter: ItemFilter, page: PageRequest): Page<Item> => {
    const like = filter.text === undefined ? null : likePattern(filter.text);
    const after = readCursor(page.cursor) ?? 0;
    const rows = select.all(after, projectId, filter.errorCode ?? null, like, page.limit + 1);
    const items = rows.map((row) => toItem(row, row['workload'] as string));
    return pageOf(items, page.limit, (item) => item.id);
  };
}

function groupDeadLetters(db: DatabaseSync) {
  const group = db.prepare(
    `select i.error_code as code, count(*) as count, max(i.ended_at) as newestAt, i.error_message as sample
       from items i join batches b on b.id = i.batch_id
      where i.status = 'failed' and b.project_id = ? and b.status not in ('receiving', 'deleting', 'deleted')
      group by i.error_code order by count(*) desc, i.error_code limit 100`,
  );
  return (projectId: number): DeadLetterGroup[] =>
    group.all(projectId).map((row) => ({ ...row }) as unknown as DeadLetterGroup);
}

/** Counting stops here: nobody reads a position of seven digits. */
const MOST_AHEAD = 100_000;

function explainWaiting(db: DatabaseSync) {
  const findBatch = db.prepare(
    'select status, concurrency, paced_until, held_until from batches where id = ?',
  );
  const running = db.prepare(`select count(*) as n from items where status = 'processing' and batch_id = ?`);
  const workers = db.prepare('select exists (select 1 from workers where lease_until >= ?) as yes');
  const ahead = db.prepare(
    `select count(*) as n from (
       select 1 from items where batch_id = ?1 and status = 'pending' and available_at = 0
          and (priority > ?2 or (priority = ?2 and id < ?3)) limit ${MOST_AHEAD})`,
  );
  return (item: Item, now: number): Waiting => {
    const batch = findBatch.get(item.batchId) as {
      status: string;
      concurrency: number | null;
      paced_until: number;
      held_until: number;
    };
    const before = ahead.get(item.batchId, item.priority, item.id)?.['n'] as number;
    const busy = running.get(item.batchId)?.['n'] as number;
    if (batch.status === 'paused') return { why: 'paused', ahead: before, untilMs: null };
    if (batch.held_until > now) return { why: 'held', ahead: before, untilMs: batch.held_until };
    if (item.availableAt > now) return { why: 'backoff', ahead: before, untilMs: item.availableAt };
    if (workers.get(now)?.['yes'] === 0) return { why: 'no_workers', ahead: before, untilMs: null };
    if (batch.concurrency !== null && busy >= batch.concurrency)
      return { why: 'batch_limit', ahead: before, untilMs: null };
    if (batch.paced_until > now) return { why: 'pace', ahead: before, untilMs: batch.paced_until };
    return { why: 'position', ahead: before, untilMs: null };
  };
}
