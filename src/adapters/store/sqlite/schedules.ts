import type { DatabaseSync } from 'node:sqlite';
import { MAX_SCHEDULES } from '#domain/schedule.ts';
import type { Schedule, ScheduleRun } from '#domain/schedule.ts';
import type { NewSchedule, ScheduleChanges, ScheduleStore } from '#ports/store/schedules.ts';
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
import type { Remote } from './remote.ts';

export function scheduleWrites(db: DatabaseSync) {
  const { count, taken, insert, find, update, remove, note } = statementsOf(db);

  const refuseTaken = (projectId: number, name: string, id: number): void => {
    if (taken.get(projectId, name, id) !== undefined) {
      throw scheduleExists(name);
    }
  };

  return {
    create(schedule: NewSchedule, now: number): Schedule {
      const { n } = count.get(schedule.projectId) as { n: number };
      if (n >= MAX_SCHEDULES) {
        throw tooManySchedules();
      }
      refuseTaken(schedule.projectId, schedule.name, 0);
      const row = insert.get({
        project_id: schedule.projectId,
        workload: schedule.workload,
        ...decided(schedule, schedule.items, schedule.nextAt),
        now,
      });
      return toSchedule(row);
    },
    change(projectId: number, scheduleId: number, changes: ScheduleChanges, now: number): Schedule | null {
      const row = find.get(scheduleId, projectId);
      if (row === undefined) return null;
      const before = { ...toSchedule(row), items: itemsOf(row) };
      const after = { ...before, ...changes };
      refuseTaken(projectId, after.name, scheduleId);
      return toSchedule(update.get({ id: scheduleId, ...decided(after, after.items, after.nextAt), now }));
    },
    remove(projectId: number, scheduleId: number): boolean {
      return remove.run(scheduleId, projectId).changes === 1;
    },
    noteRun(scheduleId: number, run: ScheduleRun, nextAt: number | null): boolean {
      const { dueAt, startedAt, batchId, error } = run;
      return note.run(nextAt, dueAt, startedAt, batchId, error, scheduleId, dueAt).changes === 1;
    },
  };
}

function statementsOf(db: DatabaseSync) {
  const count = db.prepare('select count(*) as n from schedules where project_id = ?');
  const taken = db.prepare('select 1 from schedules where project_id = ? and name = ? and id <> ?');
  const insert = db.prepare(`
    insert into schedules (project_id, name, cron, time_zone, is_on, workload, priority, pace_ms, options,
      item_count, next_at, created_at, updated_at, items)
    values (:project_id, :name, :cron, :time_zone, :is_on, :workload, :priority, :pace_ms, :options,
      :item_count, :next_at, :now, :now, :items) returning ${SCHEDULE_COLUMNS}`);
  const find = db.prepare(`select ${SCHEDULE_COLUMNS}, items from schedules where id = ? and project_id = ?`);
  const update = db.prepare(`
    update schedules set name = :name, cron = :cron, time_zone = :time_zone, is_on = :is_on, priority = :priority,
      pace_ms = :pace_ms, options = :options, item_count = :item_count, next_at = :next_at, items = :items, updated_at = :now
    where id = :id returning ${SCHEDULE_COLUMNS}`);
  const remove = db.prepare('delete from schedules where id = ? and project_id = ?');
  const note = db.prepare(`
    update schedules set next_at = ?, last_due_at = ?, last_started_at = ?, last_batch_id = ?, last_error = ?
    where id = ? and next_at = ?`);
  return { count, taken, insert, find, update, remove, note };
}

export function sqliteSchedules(db: DatabaseSync, writes: Remote<typeof scheduleWrites>): ScheduleStore {
  const find = db.prepare(`select ${SCHEDULE_COLUMNS}, items from schedules where id = ? and project_id = ?`);
  const list = db.prepare(
    `select ${SCHEDULE_COLUMNS} from schedules where project_id = ? and id < ? order by id desc limit ?`,
  );
  const due = db.prepare(
    `select ${SCHEDULE_COLUMNS}, items from schedules where next_at is not null and next_at <= ? order by next_at, id limit ?`,
  );
  return {
    create: writes.create,
    change: writes.change,
    remove: writes.remove,
    noteRun: writes.noteRun,
    async find(projectId, scheduleId) {
      const row = find.get(scheduleId, projectId);
      return row === undefined ? null : toScheduleWithItems(row);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = list.all(projectId, before, page.limit + 1);
      return pageOf(rows.map(toSchedule), page.limit, (schedule) => schedule.id);
    },
    async due(now, limit) {
      return due.all(now, limit).map(toScheduleWithItems);
    },
  };
}
