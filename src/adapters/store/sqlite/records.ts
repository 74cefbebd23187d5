import type { DatabaseSync } from 'node:sqlite';
import type { CatalogueRecord, NewRecord } from '#domain/catalogue.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { RecordFilter, RecordStore, RecordTotals } from '#ports/store/records.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { likePattern } from '../sql/lists.ts';
import { RECORD_COLUMNS, recordColumns, REPLACE_RECORD, toRecord } from '../sql/record-rows.ts';
import type { Remote } from './remote.ts';

/** Prepares the write of one record, for callers that are inside a transaction already. */
export function putRecord(db: DatabaseSync): (record: NewRecord) => void {
  const upsert = db.prepare(
    `insert into records (${RECORD_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${REPLACE_RECORD}`,
  );
  return (record) => {
    upsert.run(...recordColumns(record));
  };
}

export function recordWrites(db: DatabaseSync) {
  const put = putRecord(db);
  // What is known now takes the place of the note that nobody knew it.
  const forgetUnknown = db.prepare(
    'delete from records where project_id = ? and kind = ? and key = ? and value is null',
  );
  const sweepRecords = db.prepare(
    'delete from records where id in (select id from records where expires_at < ? order by expires_at limit ?)',
  );
  const sweepMarkers = db.prepare(
    `delete from markers where (project_id, key) in
       (select project_id, key from markers where expires_at < ? order by expires_at limit ?)`,
  );
  const sweepResponses = db.prepare(
    'delete from responses where id in (select id from responses where expires_at < ? order by expires_at limit ?)',
  );
  return {
    put(records: readonly NewRecord[]): void {
      for (const { projectId, kind, key, value } of records)
        if (value !== null) forgetUnknown.run(projectId, kind, key);
      for (const record of records) put(record);
    },
    sweep(recordsBefore: number, now: number, limit: number): boolean {
      const removed = [
        sweepRecords.run(recordsBefore, limit),
        sweepMarkers.run(now, limit),
        sweepResponses.run(now, limit),
      ];
      return removed.every(({ changes }) => Number(changes) < limit);
    },
  };
}

export function recordScans(db: DatabaseSync) {
  const totals = db.prepare(
    `select coalesce(sum(kind = 'author' and value is not null), 0) as authors,
            coalesce(sum(kind = 'title' and value is not null), 0) as titles,
            coalesce(sum(kind = 'isbn' and value is not null), 0) as isbns,
            coalesce(sum(value is null), 0) as unknown, coalesce(sum(expires_at <= ?1), 0) as expired,
            (select count(*) from markers where project_id = ?2 and expires_at > ?1) as markers
       from records where project_id = ?2`,
  );
  const list = db.prepare(
    `select * from records
      where project_id = :projectId and kind = :kind and (key, variant) >= (:key, :variant)
        and (:text is null or lower(name) like lower(:text) escape '\\') and (:isKnown = 0 or value is not null)
      order by key, variant limit :limit`,
  );
  const place = db.prepare('select key, variant from records where id = ? and project_id = ?');
  return {
    list(projectId: number, filter: RecordFilter, page: PageRequest): Page<CatalogueRecord> {
      const { kind, text, isKnown = false } = filter;
      const after = readCursor(page.cursor);
      // A row that went meanwhile: from the beginning again is better than an end too early.
      const from = after === null ? undefined : place.get(after, projectId);
      const rows = list.all({
        projectId,
        kind,
        key: (from?.['key'] as string | undefined) ?? '',
        variant: (from?.['variant'] as string | undefined) ?? '',
        text: text === undefined ? null : likePattern(text),
        isKnown: Number(isKnown),
        limit: page.limit + (from === undefined ? 1 : 2),
      });
      const records = rows.map(toRecord).filter((record) => record.id !== after);
      return pageOf(records, page.limit, (record) => record.id);
    },
    totals(projectId: number, now: number): RecordTotals {
      return { ...(totals.get(now, projectId) as unknown as RecordTotals) };
    },
  };
}

export function sqliteRecords(
  db: DatabaseSync,
  writes: Remote<typeof recordWrites>,
  scans: Remote<typeof recordScans>,
): RecordStore {
  const find = db.prepare(
    'select * from records where project_id = ? and kind = ? and key = ? order by variant',
  );
  const near = db.prepare(
    `select key, max(name) as name from records
      where project_id = ? and kind = ? and skeleton is not null and skeleton >= ? and skeleton < ?
      group by skeleton, key order by skeleton limit ?`,
  );
  return {
    async find(projectId, kind, key) {
      return find.all(projectId, kind, key).map(toRecord);
    },
    async near(projectId, kind, beginning, limit) {
      const rows = near.all(projectId, kind, beginning, `${beginning}\u{10ffff}`, limit);
      return rows.map((row) => ({ key: row['key'] as string, name: row['name'] as string }));
    },
    put: writes.put,
    list: scans.list,
    totals: scans.totals,
    sweep: writes.sweep,
  };
}
