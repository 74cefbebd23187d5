import type { App } from '#core/app.ts';
import type { CatalogueStats } from '#core/catalogue/stats.ts';
import { showId } from '#domain/ids.ts';
import type * as wire from '#wire/index.ts';
import { presentProblem } from '../reply.ts';
import { iso, isoOrNull, jsonObject } from './value.ts';

type Verbs = App['catalogue'];
type ListPreview = Awaited<ReturnType<Verbs['preview']>>;
type LookedUp = Awaited<ReturnType<Verbs['lookUp']>>;
type Report = Awaited<ReturnType<Verbs['report']>>;
type Recorded = Awaited<ReturnType<Verbs['list']>>['items'][number];
type Figures = Report['figures'];

export function presentListPreview(preview: ListPreview): wire.ListPreview {
  return {
    ...preview,
    columns: [...preview.columns],
    mapping: jsonObject(preview.mapping),
    problems: preview.problems.map(presentProblem),
    sample: preview.sample.map((listed) => ({ ...listed, alsoSpelled: [...listed.alsoSpelled] })),
  };
}

export function presentRecord(record: Recorded): wire.CatalogueRecord {
  return {
    kind: record.kind,
    key: record.key,
    name: record.name,
    value: record.value === null ? null : jsonObject(record.value),
    source: record.source,
    isStale: record.expiresAt <= Date.now(),
    fetchedAt: iso(record.fetchedAt),
    expiresAt: iso(record.expiresAt),
  };
}

export function presentEntry(kind: wire.RecordKind, found: LookedUp): wire.CatalogueEntry {
  const { records, key, match, status, near } = found;
  const oldest = records.reduce((a, b) => (b.fetchedAt < a.fetchedAt ? b : a));
  return {
    kind,
    key,
    match,
    cache: {
      status,
      source: oldest.source,
      ageSeconds: Math.max(0, Math.round((Date.now() - oldest.fetchedAt) / 1_000)),
      expiresAt: iso(oldest.expiresAt),
    },
    items: records.flatMap(({ value }) => (value === null ? [] : [jsonObject(value)])),
    near: near.map((each) => ({ key: each.key, name: each.name })),
  };
}

/** Changes with the records, and with nothing else. */
export function etagOf({ records, match }: LookedUp): string {
  return `"${match[0]}${records.map(({ id, fetchedAt }) => `${id.toString(36)}.${fetchedAt.toString(36)}`).join('-')}"`;
}

export function presentCatalogueStats({ records, figures, sources }: CatalogueStats): wire.CatalogueStats {
  return {
    records,
    summary: summaryOf(figures),
    figures: { ...figures },
    sources: sources.map(({ name, refusal, closedUntil }) => ({
      name,
      refusal,
      closedUntil: closedUntil === 0 ? null : iso(closedUntil),
    })),
  };
}

export function presentReport(report: Report): wire.BatchReport {
  return {
    id: showId('batch', report.batchId),
    name: report.name,
    source: report.source,
    options: jsonObject(report.options),
    isDeleted: report.isDeleted,
    counts: report.counts,
    summary: summaryOf(report.figures),
    figures: { ...report.figures },
    createdAt: iso(report.createdAt),
    startedAt: isoOrNull(report.startedAt),
    endedAt: isoOrNull(report.endedAt),
  };
}

function summaryOf(figures: Figures): wire.CatalogueSummary {
  const { authors = 0, works = 0, books = 0, calls = 0, saved = 0, run_ms: runMs = 0 } = figures;
  const depths = Object.keys(figures).map((name) => Number(/^ended_(\d)$/.exec(name)?.[1] ?? 0));
  return {
    authors,
    works,
    books,
    multiplication: books === 0 ? null : round(works / books),
    depthReached: Math.max(0, ...depths),
    calls,
    saved,
    hitRate: calls + saved === 0 ? null : round(saved / (calls + saved)),
    runSeconds: round(runMs / 1_000),
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
