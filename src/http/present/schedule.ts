import type { App } from '#core/app.ts';
import { showId } from '#domain/ids.ts';
import type { Schedule, ScheduleRun, ScheduleWithItems } from '#domain/schedule.ts';
import type * as wire from '#wire/index.ts';
import { iso, isoOrNull, jsonObject } from './value.ts';

export function presentSchedule(schedule: Schedule): wire.Schedule {
  return {
    id: showId('schedule', schedule.id),
    name: schedule.name,
    cron: schedule.cron,
    timeZone: schedule.timeZone,
    isOn: schedule.isOn,
    workload: schedule.workload,
    itemCount: schedule.itemCount,
    priority: schedule.priority,
    paceMs: schedule.paceMs,
    options: jsonObject(schedule.options),
    nextAt: isoOrNull(schedule.nextAt),
    lastRun: schedule.lastRun === null ? null : presentRun(schedule.lastRun),
    createdAt: iso(schedule.createdAt),
    updatedAt: iso(schedule.updatedAt),
  };
}

export function presentScheduleWithItems(schedule: ScheduleWithItems): wire.ScheduleDetail {
  return { ...presentSchedule(schedule), items: [...schedule.items] };
}

export function presentForecast(forecast: Awaited<ReturnType<App['schedules']['forecast']>>): wire.Forecast {
  return { ...forecast, runsAt: forecast.runsAt.map(iso) };
}

function presentRun({ dueAt, startedAt, batchId, error }: ScheduleRun): wire.Schedule['lastRun'] {
  return {
    dueAt: iso(dueAt),
    startedAt: iso(startedAt),
    batchId: batchId === null ? null : showId('batch', batchId),
    error,
  };
}
