import type { Statements } from '#clients/postgres.ts';
import type { Figures } from '#domain/catalogue.ts';
import { hourOf } from '#domain/hour.ts';
import type { FigureStore } from '#ports/store/figures.ts';
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
import { columnsOf } from './records.ts';
import type { Session } from './session.ts';

const ADD = `
  insert into figures as f (project_id, batch_id, started_at, name, value)
  select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[])
  on conflict (project_id, batch_id, started_at, name) do update set value = f.value + excluded.value`;

export interface CountedFigures {
  readonly projectId: number;
  readonly batchId: number;
  readonly figures: Figures;
}

/** Adds up what a group counted, and writes it in one statement, in the order of its rows. */
export async function addFigures(
  tx: Statements,
  counted: readonly CountedFigures[],
  now: number,
): Promise<void> {
  const sums = new Map<string, [number, number, number, string, number]>();
  for (const { projectId, batchId, figures } of counted) {
    for (const [name, value] of Object.entries(figures)) {
      const place = `${projectId} ${batchId} ${name}`;
      const row = sums.get(place) ?? [projectId, batchId, hourOf(now), name, 0];
      row[4] += Math.round(value);
      sums.set(place, row);
    }
  }
  const rows = [...sums].filter(([, row]) => row[4] !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length > 0) await tx.run(ADD, columnsOf(rows.map(([, row]) => row)));
}

const FIND_BATCH = `${SELECT_BATCH} where b.id = $1 group by b.id`;

const KEEP = `
  insert into reports (${REPORT_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (batch_id) do update set name = excluded.name, ended_at = excluded.ended_at, counts = excluded.counts`;

/** Keeps what a batch came to, before its rows go. */
export async function keepReport(tx: Statements, batchId: number): Promise<void> {
  const columns = reportColumns(await tx.first(FIND_BATCH, [batchId]));
  if (columns !== null) await tx.run(KEEP, columns);
}

const VISIBLE = `b.status not in ('receiving', 'deleting', 'deleted')`;
const LIVE = `
  ${SELECT_BATCH} where b.project_id = $1 and b.workload = $2 and b.id < $3 and ${VISIBLE} and b.source_kind <> 'ask'
  group by b.id order by b.id desc limit $4`;
const KEPT = `
  select * from reports where project_id = $1 and workload = $2 and batch_id < $3 order by batch_id desc limit $4`;
const FIND_LIVE = `${SELECT_BATCH} where b.id = $1 and b.project_id = $2 and ${VISIBLE} group by b.id`;
const FIND_KEPT = 'select * from reports where batch_id = $1 and project_id = $2';
const OF_BATCH =
  'select name, sum(value) as value from figures where project_id = $1 and batch_id = $2 group by name';
const OF_PROJECT = 'select name, sum(value) as value from figures where project_id = $1 group by name';
const BY_HOUR = `
  select started_at, name, sum(value) as value from figures where project_id = $1 and started_at >= $2
   group by started_at, name order by started_at`;

export function postgresFigures(session: Session, scans: Session): FigureStore {
  const ofBatch = async (projectId: number, batchId: number): Promise<Figures> =>
    toFigures(await session.all(OF_BATCH, [projectId, batchId]));
  return {
    add: (projectId, batchId, figures, now) => addFigures(session, [{ projectId, batchId, figures }], now),
    ofBatch,
    async ofProject(projectId) {
      return toFigures(await scans.all(OF_PROJECT, [projectId]));
    },
    async byHour(projectId, since) {
      return byHour(await scans.all(BY_HOUR, [projectId, since]));
    },
    async reports(projectId, workload, page) {
      const values = [
        projectId,
        workload,
        readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER,
        page.limit + 1,
      ];
      const { items, next } = pageOfReports(
        await scans.all(LIVE, values),
        await scans.all(KEPT, values),
        page,
      );
      const withFigures = items.map(async (report) => ({
        ...report,
        figures: await ofBatch(projectId, report.batchId),
      }));
      return { items: await Promise.all(withFigures), next };
    },
    async findReport(projectId, batchId) {
      const live = await session.first(FIND_LIVE, [batchId, projectId]);
      const kept = live === undefined ? await session.first(FIND_KEPT, [batchId, projectId]) : undefined;
      const report = live !== undefined ? liveReport(live) : kept !== undefined ? keptReport(kept) : null;
      return report === null ? null : { ...report, figures: await ofBatch(projectId, batchId) };
    },
  };
}
