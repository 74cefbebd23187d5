import type { Statements } from '#clients/postgres.ts';
import { MAX_SCHEDULES } from '#domain/schedule.ts';
import type { ScheduleStore } from '#ports/store/schedules.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import {
  decided,
  itemsOf,
  SCHEDULE_COLUMNS,
  scheduleExists,
  tooManySchedules,
  toSchedule,
  toScheduleWithItems,
} from '../sql/schedule-rows.ts';
import type { Session } from './session.ts';

const COUNT = 'select count(*) as n from schedules where project_id = $1';
const TAKEN = 'select 1 from schedules where project_id = $1 and name = $2 and id <> $3';
const FIND = `select ${SCHEDULE_COLUMNS}, items from schedules where id = $1 and project_id = $2`;

const INSERT = `
  insert into schedules (name, cron, time_zone, is_on, priority, pace_ms, options, item_count, next_at, items,
                         updated_at, created_at, project_id, workload)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13) returning ${SCHEDULE_COLUMNS}`;

const UPDATE = `
  update schedules set name = $1, cron = $2, time_zone = $3, is_on = $4, priority = $5, pace_ms = $6, options = $7,
         item_count = $8, next_at = $9, items = $10, updated_at = $11
   where id = $12 returning ${SCHEDULE_COLUMNS}`;

const LIST = `select ${SCHEDULE_COLUMNS} from schedules where project_id = $1 and id < $2 order by id desc limit $3`;

const DUE = `
  select ${SCHEDULE_COLUMNS}, items from schedules
   where next_at is not null and next_at <= $1 order by next_at, id limit $2`;

const NOTE = `
  update schedules set next_at = $1, last_due_at = $2, last_started_at = $3, last_batch_id = $4, last_error = $5
   where id = $6 and next_at = $2`;

/** Names and how many there are: one at a time in a project. */
const LOCK_PROJECT = 'select id from projects where id = $1 for no key update';

async function refuseTaken(tx: Statements, projectId: number, name: string, id: number): Promise<void> {
  if ((await tx.first(TAKEN, [projectId, name, id])) !== undefined) throw scheduleExists(name);
}

function inOrder(columns: ReturnType<typeof decided>): unknown[] {
  const { name, cron, time_zone, is_on, priority, pace_ms, options, item_count, next_at, items } = columns;
  return [name, cron, time_zone, is_on, priority, pace_ms, options, item_count, next_at, items];
}

export function postgresSchedules(session: Session): ScheduleStore {
  return {
    create: (schedule, now) =>
      session.transaction(async (tx) => {
        const { projectId, name, workload } = schedule;
        await tx.all(LOCK_PROJECT, [projectId]);
        if (((await tx.first(COUNT, [projectId]))?.['n'] as number) >= MAX_SCHEDULES)
          throw tooManySchedules();
        await refuseTaken(tx, projectId, name, 0);
        const columns = inOrder(decided(schedule, schedule.items, schedule.nextAt));
        return toSchedule(await tx.first(INSERT, [...columns, now, projectId, workload]));
      }),
    change: (projectId, scheduleId, changes, now) =>
      session.transaction(async (tx) => {
        await tx.all(LOCK_PROJECT, [projectId]);
        const row = await tx.first(FIND, [scheduleId, projectId]);
        if (row === undefined) return null;
        const after = { ...toSchedule(row), items: itemsOf(row), ...changes };
        await refuseTaken(tx, projectId, after.name, scheduleId);
        const columns = inOrder(decided(after, after.items, after.nextAt));
        return toSchedule(await tx.first(UPDATE, [...columns, now, scheduleId]));
      }),
    async remove(projectId, scheduleId) {
      const sql = 'delete from schedules where id = $1 and project_id = $2';
      return (await session.run(sql, [scheduleId, projectId])) === 1;
    },
    async find(projectId, scheduleId) {
      const row = await session.first(FIND, [scheduleId, projectId]);
      return row === undefined ? null : toScheduleWithItems(row);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = await session.all(LIST, [projectId, before, page.limit + 1]);
      return pageOf(rows.map(toSchedule), page.limit, (schedule) => schedule.id);
    },
    async due(now, limit) {
      return (await session.all(DUE, [now, limit])).map(toScheduleWithItems);
    },
    async noteRun(scheduleId, { dueAt, startedAt, batchId, error }, nextAt) {
      return (await session.run(NOTE, [nextAt, dueAt, startedAt, batchId, error, scheduleId])) === 1;
    },
  };
}
