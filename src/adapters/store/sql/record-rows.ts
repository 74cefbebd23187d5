import type { CatalogueRecord, CoAuthor, Figures, Marker, NewRecord, RecordKind } from '#domain/catalogue.ts';
import type { Counts } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import { skeletonOf } from '#domain/title.ts';
import type { BatchReport } from '#ports/store/figures.ts';
import { toBatch } from './batch-rows.ts';
import { pageOf } from './cursor.ts';

/** A record as its row has it, in the order of `RECORD_COLUMNS`. */
export function recordColumns(record: NewRecord): (string | number | null)[] {
  const { projectId, kind, key, variant, name, value, source, fetchedAt, expiresAt } = record;
  const text = value === null ? null : JSON.stringify(value);
  const skeleton = value === null || kind === 'isbn' ? null : skeletonOf(key);
  return [projectId, kind, key, variant, name, skeleton, text, source, fetchedAt, expiresAt];
}

export const RECORD_COLUMNS =
  'project_id, kind, key, variant, name, skeleton, value, source, fetched_at, expires_at';

/** What was fetched later stays, whichever is written last. */
export const REPLACE_RECORD = `
  on conflict (project_id, kind, key, variant) do update set
    name = excluded.name, skeleton = excluded.skeleton, value = excluded.value, source = excluded.source,
    fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
  where excluded.fetched_at >= records.fetched_at`;

/** A marker that says more (it has not run out, and went deeper) is not replaced by one that says less. */
export const REPLACE_MARKER = `
  on conflict (project_id, key) do update set
    levels = excluded.levels, works = excluded.works, co_authors = excluded.co_authors,
    done_at = excluded.done_at, expires_at = excluded.expires_at
  where excluded.levels >= markers.levels or markers.expires_at <= excluded.done_at`;

export function toRecord(given: unknown): CatalogueRecord {
  const row = given as RecordRow;
  return {
    id: row.id,
    projectId: row.project_id,
    kind: row.kind,
    key: row.key,
    variant: row.variant,
    name: row.name,
    value: row.value === null ? null : (JSON.parse(row.value) as JsonObject),
    source: row.source,
    fetchedAt: row.fetched_at,
    expiresAt: row.expires_at,
  };
}

interface RecordRow {
  id: number;
  project_id: number;
  kind: RecordKind;
  key: string;
  variant: string;
  name: string;
  value: string | null;
  source: string;
  fetched_at: number;
  expires_at: number;
}

export function toMarker(row: Record<string, unknown>): Marker {
  return {
    projectId: row['project_id'] as number,
    key: row['key'] as string,
    levels: row['levels'] as number,
    works: row['works'] as number,
    coAuthors: JSON.parse(row['co_authors'] as string) as CoAuthor[],
    doneAt: row['done_at'] as number,
    expiresAt: row['expires_at'] as number,
  };
}

export function toFigures(rows: readonly Record<string, unknown>[]): Figures {
  return Object.fromEntries(rows.map((row) => [row['name'] as string, row['value'] as number]));
}

export function byHour(rows: readonly Record<string, unknown>[]): { startedAt: number; figures: Figures }[] {
  const hours = Map.groupBy(rows, (row) => row['started_at'] as number);
  return [...hours].map(([startedAt, own]) => ({ startedAt, figures: toFigures(own) }));
}

/** A report without its figures. */
export type BareReport = Omit<BatchReport, 'figures'>;

export function liveReport(row: Record<string, unknown>): BareReport {
  const { id, name, source, options, createdAt, startedAt, endedAt, counts } = toBatch(row);
  return { batchId: id, name, source, options, createdAt, startedAt, endedAt, counts, isDeleted: false };
}

export function keptReport(row: Record<string, unknown>): BareReport {
  return {
    batchId: row['batch_id'] as number,
    name: row['name'] as string | null,
    source: {
      kind: row['source_kind'] as BatchReport['source']['kind'],
      detail: row['source_detail'] as string | null,
    },
    options: JSON.parse(row['options'] as string),
    createdAt: row['created_at'] as number,
    startedAt: row['started_at'] as number | null,
    endedAt: row['ended_at'] as number | null,
    isDeleted: true,
    counts: ofDeleted(JSON.parse(row['counts'] as string) as Counts),
  };
}

/** It was noted when somebody deleted the batch, which cancels what was open then. */
function ofDeleted({ pending, processing, cancelled, ...ended }: Counts): Counts {
  return { pending: 0, processing: 0, cancelled: cancelled + pending + processing, ...ended };
}

/** One page of what there is and what there was, newest first. */
export function pageOfReports(
  live: readonly Record<string, unknown>[],
  kept: readonly Record<string, unknown>[],
  page: PageRequest,
): Page<BareReport> {
  const all = [...live.map(liveReport), ...kept.map(keptReport)].sort((a, b) => b.batchId - a.batchId);
  return pageOf(all, page.limit, (report) => report.batchId);
}

/** What is kept of a batch for good, in the order of `REPORT_COLUMNS`; null for what no report is wanted of. */
export function reportColumns(row: Record<string, unknown> | undefined): (string | number | null)[] | null {
  if (row === undefined || row['source_kind'] === 'ask') return null;
  const b = toBatch(row);
  return [
    b.id,
    b.projectId,
    b.workload,
    b.name,
    b.source.kind,
    b.source.detail,
    JSON.stringify(b.options),
    b.createdAt,
    b.startedAt,
    b.endedAt,
    JSON.stringify(b.counts),
  ];
}

export const REPORT_COLUMNS =
  'batch_id, project_id, workload, name, source_kind, source_detail, options, created_at, started_at, ended_at, counts';
