import type { Statements } from '#clients/postgres.ts';
import type { CatalogueRecord, NewRecord } from '#domain/catalogue.ts';
import type { Page } from '#domain/page.ts';
import type { RecordStore, RecordTotals } from '#ports/store/records.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { likePattern } from '../sql/lists.ts';
import { RECORD_COLUMNS, recordColumns, REPLACE_RECORD, toRecord } from '../sql/record-rows.ts';
import type { Session } from './session.ts';

const PUT = `
  insert into records (${RECORD_COLUMNS})
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                       $9::bigint[], $10::bigint[])
  ${REPLACE_RECORD}`;

/** Writes records in one statement, in the order of their keys: so two groups never wait for one another crosswise. */
export async function putRecords(tx: Statements, records: readonly NewRecord[]): Promise<void> {
  if (records.length === 0) return;
  // One statement cannot write a row twice: of two that are the same the later stays.
  const byPlace = new Map<string, NewRecord>();
  for (const record of records) {
    const place = [record.projectId, record.kind, record.key, record.variant].join('\n');
    const other = byPlace.get(place);
    if (other === undefined || other.fetchedAt <= record.fetchedAt) byPlace.set(place, record);
  }
  const sorted = [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => recordColumns(record));
  await tx.run(PUT, columnsOf(sorted));
}

/** Rows as one array for each column. */
export function columnsOf(rows: readonly (readonly unknown[])[]): unknown[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]));
}

const FORGET_UNKNOWN = `
  delete from records where value is null and (project_id, kind, key) in
    (select * from unnest($1::bigint[], $2::text[], $3::text[]))`;

const FIND = 'select * from records where project_id = $1 and kind = $2 and key = $3 order by variant';

const NEAR = `
  select key, max(name) as name from records
   where project_id = $1 and kind = $2 and skeleton is not null and skeleton >= $3 and skeleton < $4
   group by skeleton, key order by skeleton limit $5`;

const LIST = `
  select * from records
   where project_id = $1 and kind = $2 and (key, variant) >= ($3, $4)
     and ($5::text is null or lower(name) like lower($5) escape '\\') and (not $6::boolean or value is not null)
   order by key, variant limit $7`;

const PLACE = 'select key, variant from records where id = $1 and project_id = $2';

const TOTALS = `
  select count(*) filter (where kind = 'author' and value is not null) as authors,
         count(*) filter (where kind = 'title' and value is not null) as titles,
         count(*) filter (where kind = 'isbn' and value is not null) as isbns,
         count(*) filter (where value is null) as unknown,
         count(*) filter (where expires_at <= $1) as expired,
         (select count(*) from markers where project_id = $2 and expires_at > $1) as markers
    from records where project_id = $2`;

const SWEEPS = {
  records: `delete from records where id in (select id from records where expires_at < $1 order by expires_at limit $2)`,
  markers: `delete from markers where (project_id, key) in
     (select project_id, key from markers where expires_at < $1 order by expires_at limit $2)`,
  responses: `delete from responses where id in (select id from responses where expires_at < $1 order by expires_at limit $2)`,
};

export function postgresRecords(session: Session, scans: Session): RecordStore {
  return {
    async find(projectId, kind, key) {
      return (await session.all(FIND, [projectId, kind, key])).map(toRecord);
    },
    async near(projectId, kind, beginning, limit) {
      const values = [projectId, kind, beginning, `${beginning}\u{10ffff}`, limit];
      const rows = await session.all(NEAR, values);
      return rows.map((row) => ({ key: row['key'] as string, name: row['name'] as string }));
    },
    async put(records) {
      const known = records.filter((record) => record.value !== null);
      const places = columnsOf(known.map(({ projectId, kind, key }) => [projectId, kind, key]));
      await session.transaction(async (tx) => {
        if (known.length > 0) await tx.run(FORGET_UNKNOWN, places);
        await putRecords(tx, records);
      });
    },
    async list(projectId, { kind, text, isKnown = false }, page): Promise<Page<CatalogueRecord>> {
      const after = readCursor(page.cursor);
      // A row that went meanwhile: from the beginning again is better than an end too early.
      const from = after === null ? undefined : await scans.first(PLACE, [after, projectId]);
      const like = text === undefined ? null : likePattern(text);
      const limit = page.limit + (from === undefined ? 1 : 2);
      const rows = await scans.all(LIST, [
        projectId,
        kind,
        from?.['key'] ?? '',
        from?.['variant'] ?? '',
        like,
        isKnown,
        limit,
      ]);
      const records = rows.map(toRecord).filter((record) => record.id !== after);
      return pageOf(records, page.limit, (record) => record.id);
    },
    async totals(projectId, now) {
      return (await scans.first(TOTALS, [now, projectId])) as unknown as RecordTotals;
    },
    async sweep(recordsBefore, now, limit) {
      const removed = [
        await session.run(SWEEPS.records, [recordsBefore, limit]),
        await session.run(SWEEPS.markers, [now, limit]),
        await session.run(SWEEPS.responses, [now, limit]),
      ];
      return removed.every((count) => count < limit);
    },
  };
}
