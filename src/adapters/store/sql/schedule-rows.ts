import { Fault } from '#domain/fault.ts';
import { MAX_SCHEDULES } from '#domain/schedule.ts';
import type { Schedule, ScheduleWithItems } from '#domain/schedule.ts';
import type { NewSchedule } from '#ports/store/schedules.ts';

/** What a list shows. */
export const SCHEDULE_COLUMNS = `id, project_id, name, cron, time_zone, is_on, workload, priority, pace_ms, options, item_count,
  next_at, last_due_at, last_started_at, last_batch_id, last_error, created_at, updated_at`;

/** The columns that a person's decisions fill. */
export function decided(
  draft: Omit<NewSchedule, 'projectId' | 'items' | 'nextAt'>,
  items: NewSchedule['items'],
  nextAt: number | null,
) {
  return {
    name: draft.name,
    cron: draft.cron,
    time_zone: draft.timeZone,
    is_on: draft.isOn ? 1 : 0,
    priority: draft.priority,
    pace_ms: draft.paceMs,
    options: JSON.stringify(draft.options),
    item_count: items.length,
    next_at: nextAt,
    items: JSON.stringify(items),
  };
}

export function toScheduleWithItems(row: unknown): ScheduleWithItems {
  return { ...toSchedule(row), items: itemsOf(row) };
}

export function itemsOf(row: unknown): ScheduleWithItems['items'] {
  return JSON.parse((row as { items: string }).items);
}

export function toSchedule(given: unknown): Schedule {
  const row = given as ScheduleRow;
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    cron: row.cron,
    timeZone: row.time_zone,
    isOn: row.is_on === 1,
    workload: row.workload,
    priority: row.priority,
    paceMs: row.pace_ms,
    options: JSON.parse(row.options),
    itemCount: row.item_count,
    nextAt: row.next_at,
    lastRun:
      row.last_due_at === null
        ? null
        : {
            dueAt: row.last_due_at,
            startedAt: row.last_started_at as number,
            batchId: row.last_batch_id,
            error: row.last_error,
          },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

interface ScheduleRow {
  id: number;
  project_id: number;
  name: string;
  cron: string;
  time_zone: string;
  is_on: number;
  workload: string;
  priority: number;
  pace_ms: number | null;
  options: string;
  item_count: number;
  next_at: number | null;
  last_due_at: number | null;
  last_started_at: number | null;
  last_batch_id: number | null;
  last_error: string | null;
  created_at: number;
  updated_at: number;
}

export function scheduleExists(name: string): Fault {
  return new Fault(
    'conflict',
    'schedule_exists',
    `There is a schedule "${name}" already: choose another name.`,
  );
}

export function tooManySchedules(): Fault {
  const message = `A project has at most ${MAX_SCHEDULES} schedules: delete one first.`;
  return new Fault('conflict', 'too_many_schedules', message);
}
