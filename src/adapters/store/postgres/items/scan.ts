import { itemId } from '#domain/ids.ts';
import type { Item } from '#domain/item.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { DeadLetterGroup, ItemFilter, ItemStore, Waiting } from '#ports/store/items.ts';
import { pageOf, readCursor } from '../../sql/cursor.ts';
import { toItem } from '../../sql/item-rows.ts';
import { likePattern, matchingItems } from '../../sql/lists.ts';
import { all, postgres } from '../kysely.ts';
import type { Session } from '../session.ts';

/** A search walks the batch in windows of ids, and hands over a short page once it has looked for this long. */
const WINDOW = 20_000;
const MOST_MS = 250;

const FIND_BATCH = `
  select workload, next_seq from batches
   where id = $1 and project_id = $2 and status not in ('receiving', 'deleting', 'deleted')`;

export function itemScans(scans: Session): Pick<ItemStore, 'list' | 'waiting' | 'deadLetters'> {
  return {
    list: listItems(scans),
    waiting: explainWaiting(scans),
    async deadLetters(projectId) {
      return (await scans.all(GROUP_FAILED, [projectId])) as unknown as DeadLetterGroup[];
    },
  };
}

function listItems(scans: Session): ItemStore['list'] {
  return async (projectId, filter, page) => {
    const { batchId } = filter;
    if (batchId === undefined) return listFailed(scans, projectId, filter, page);
    const cursor = readCursor(page.cursor) ?? 0;
    const batch = await scans.first(FIND_BATCH, [batchId, projectId]);
    if (batch === undefined) return { items: [], next: null };
    if (filter.parentSeq !== undefined) return listChildren(scans, batch['workload'] as string, filter, page);
    const last = itemId(batchId, (batch['next_seq'] as number) - 1);
    const items: Item[] = [];
    // A cursor from elsewhere opens no other batch: what lies outside this one's ids is not looked at.
    let after = Math.max(itemId(batchId, 0), cursor);
    const until = performance.now() + MOST_MS;
    while (after < last && items.length < page.limit && performance.now() < until) {
      const upTo = Math.min(last, after + WINDOW);
      const window = { after, upTo, limit: page.limit - items.length };
      const rows = await all(scans, matchingItems(postgres, { ...filter, batchId }, window));
      items.push(...rows.map((row) => toItem(row, batch['workload'] as string)));
      after = items.length === page.limit ? (items.at(-1) as Item).id : upTo;
    }
    return { items, next: after < last ? String(after) : null };
  };
}

const LIST_CHILDREN = `
  select * from items
   where batch_id = $1 and parent_seq = $2 and id > $3 and ($4::text is null or status = $4)
     and ($5::text is null or lower(payload) like lower($5) escape '\\' or lower(error_message) like lower($5) escape '\\')
   order by id limit $6`;

/** What one item led to, along the index of children. */
async function listChildren(
  scans: Session,
  workload: string,
  filter: ItemFilter,
  page: PageRequest,
): Promise<Page<Item>> {
  const { batchId, parentSeq, status = null, text } = filter;
  const like = text === undefined ? null : likePattern(text);
  const values = [batchId, parentSeq, readCursor(page.cursor) ?? 0, status, like, page.limit + 1];
  const items = (await scans.all(LIST_CHILDREN, values)).map((row) => toItem(row, workload));
  return pageOf(items, page.limit, (item) => item.id);
}

const LIST_FAILED = `
  select i.*, b.workload from items i join batches b on b.id = i.batch_id
   where i.status = 'failed' and i.batch_id >= $1 and i.id > $2 and b.project_id = $3
     and b.status not in ('receiving', 'deleting', 'deleted')
     and ($4::text is null or i.error_code = $4)
     and ($5::text is null or lower(i.payload) like lower($5) escape '\\' or lower(i.error_message) like lower($5) escape '\\')
   order by i.batch_id, i.id limit $6`;

/** Dead letters of the whole project, oldest first, along the partial index. */
async function listFailed(
  scans: Session,
  projectId: number,
  filter: ItemFilter,
  page: PageRequest,
): Promise<Page<Item>> {
  const like = filter.text === undefined ? null : likePattern(filter.text);
  const after = readCursor(page.cursor) ?? 0;
  const rows = await scans.all(LIST_FAILED, [
    Math.floor(after / 2 ** 24),
    after,
    projectId,
    filter.errorCode ?? null,
    like,
    page.limit + 1,
  ]);
  const items = rows.map((row) => toItem(row, row['workload'] as string));
  return pageOf(items, page.limit, (item) => item.id);
}

const GROUP_FAILED = `
  select i.error_code as code, count(*) as count, max(i.ended_at) as "newestAt",
         (array_agg(i.error_message order by i.ended_at desc, i.id desc))[1] as sample
    from items i join batches b on b.id = i.batch_id
   where i.status = 'failed' and b.project_id = $1 and b.status not in ('receiving', 'deleting', 'deleted')
   group by i.error_code order by count(*) desc, i.error_code limit 100`;

/** Counting stops here: nobody reads a position of seven digits. */
const MOST_AHEAD = 100_000;

const EXPLAIN = `
  select b.status, b.concurrency, b.paced_until, b.held_until,
         (select count(*) from items where status = 'processing' and batch_id = b.id) as busy,
         exists (select 1 from workers where lease_until >= $4) as has_workers,
         (select count(*) from (
            select 1 from items where batch_id = b.id and status = 'pending' and available_at = 0
               and (priority > $2 or (priority = $2 and id < $3)) limit ${MOST_AHEAD}) before) as ahead
    from batches b where b.id = $1`;

function explainWaiting(scans: Session): ItemStore['waiting'] {
  return async (item, now): Promise<Waiting> => {
    const row = await scans.first(EXPLAIN, [item.batchId, item.priority, item.id, now]);
    const { status, concurrency, paced_until, held_until, busy, has_workers, ahead } = row as unknown as {
      status: string;
      concurrency: number | null;
      paced_until: number;
      held_until: number;
      busy: number;
      has_workers: boolean;
      ahead: number;
    };
    if (status === 'paused') return { why: 'paused', ahead, untilMs: null };
    if (held_until > now) return { why: 'held', ahead, untilMs: held_until };
    if (item.availableAt > now) return { why: 'backoff', ahead, untilMs: item.availableAt };
    if (!has_workers) return { why: 'no_workers', ahead, untilMs: null };
    if (concurrency !== null && busy >= concurrency) return { why: 'batch_limit', ahead, untilMs: null };
    if (paced_until > now) return { why: 'pace', ahead, untilMs: paced_until };
    return { why: 'position', ahead, untilMs: null };
  };
}
