import type { DatabaseSync } from 'node:sqlite';
import type { Figures } from '#domain/catalogue.ts';
import { hourOf } from '#domain/hour.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { BatchReport, FigureStore } from '#ports/store/figures.ts';
import { SELECT_BATCH } from '../sql/batch-rows.ts';
import { readCursor } from '../sql/cursor.ts';
import {
  byHour,
  keptReport,
  liveReport,
  pageOfReports,
  REPORT_COLUMNS,
  reportColumns,
  toFigures,
} from '../sql/record-rows.ts';
import type { Remote } from './remote.ts';

export type AddFigures = (projectId: number, batchId: number, figures: Figures, now: number) => void;

export function addFigures(db: DatabaseSync): AddFigures {
  const upsert = db.prepare(
    `insert into figures (project_id, batch_id, started_at, name, value) values (?, ?, ?, ?, ?)
     on conflict (project_id, batch_id, started_at, name) do update set value = value + excluded.value`,
  );
  return (projectId, batchId, figures, now) => {
    for (const [name, value] of Object.entries(figures)) {
      if (value !== 0) upsert.run(projectId, batchId, hourOf(now), name, Math.round(value));
    }
  };
}

/** Keeps what a batch came to, before its rows go. */
export function keepReport(db: DatabaseSync): (batchId: number) => void {
  const find = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  const insert = db.prepare(
    `insert or replace into reports (${REPORT_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (batchId) => {
    const columns = reportColumns(find.get(batchId));
    if (columns !== null) insert.run(...columns);
  };
}

export function figureWrites(db: DatabaseSync) {
  return { add: addFigures(db) };
}

export function figureScans(db: DatabaseSync) {
  const live = db.prepare(
    `${SELECT_BATCH} where b.project_id = ? and b.workload = ? and b.id < ?
        and b.status not in ('receiving', 'deleting', 'deleted') and b.source_kind != 'ask'
      group by b.id order by b.id desc limit ?`,
  );
  const kept = db.prepare(
    'select * from reports where project_id = ? and workload = ? and batch_id < ? order by batch_id desc limit ?',
  );
  const ofBatch = sumOfBatch(db);
  return {
    reports(projectId: number, workload: string, page: PageRequest): Page<BatchReport> {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const values = [projectId, workload, before, page.limit + 1] as const;
      const { items, next } = pageOfReports(live.all(...values), kept.all(...values), page);
      return {
        items: items.map((report) => ({ ...report, figures: ofBatch(projectId, report.batchId) })),
        next,
      };
    },
  };
}

export function sqliteFigures(
  db: DatabaseSync,
  writes: Remote<typeof figureWrites>,
  scans: Remote<typeof figureScans>,
): FigureStore {
  const ofBatch = sumOfBatch(db);
  const ofProject = db.prepare(
    'select name, sum(value) as value from figures where project_id = ? group by name',
  );
  const hours = db.prepare(
    `select started_at, name, sum(value) as value from figures where project_id = ? and started_at >= ?
      group by started_at, name order by started_at`,
  );
  const live = db.prepare(
    `${SELECT_BATCH} where b.id = ? and b.project_id = ? and b.status not in ('receiving', 'deleting', 'deleted')
      group by b.id`,
  );
  const kept = db.prepare('select * from reports where batch_id = ? and project_id = ?');
  return {
    add: writes.add,
    async ofBatch(projectId, batchId) {
      return ofBatch(projectId, batchId);
    },
    async ofProject(projectId) {
      return toFigures(ofProject.all(projectId));
    },
    async byHour(projectId, since) {
      return byHour(hours.all(projectId, since));
    },
    reports: scans.reports,
    async findReport(projectId, batchId) {
      const row = live.get(batchId, projectId);
      const old = row === undefined ? kept.get(batchId, projectId) : undefined;
      if (row === undefined && old === undefined) return null;
      const report = row === undefined ? keptReport(old as Record<string, unknown>) : liveReport(row);
      return { ...report, figures: ofBatch(projectId, batchId) };
    },
  };
}

function sumOfBatch(db: DatabaseSync): (projectId: number, batchId: number) => Figures {
  const sum = db.prepare(
    'select name, sum(value) as value from figures where project_id = ? and batch_id = ? group by name',
  );
  return (projectId, batchId) => toFigures(sum.all(projectId, batchId));
}
