import type { App } from '#core/app.ts';
import type { SubmitCommand } from '#core/queue/submission.ts';
import { forecastSchedule } from '#core/freshness/forecast-schedule.ts';
import type { ForecastDeps } from '#core/freshness/forecast-schedule.ts';
import { runDueSchedules, runNow } from '#core/freshness/run-schedules.ts';
import { changeSchedule, createSchedule, getSchedule } from '#core/freshness/save-schedule.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Calendar } from '#ports/calendar.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { every } from '../every.ts';

export interface ScheduleBindings {
  readonly store: Store;
  readonly calendar: Calendar;
  readonly clock: Clock;
  readonly log: Log;
  readonly batches: App['batches'];
  readonly workerId: () => number;
  readonly findAnswer: ForecastDeps['findAnswer'];
}

export interface BoundSchedules {
  readonly verbs: App['schedules'];
  start(): void;
  close(): void;
}

/** A pattern names minutes: looking this often starts each within its own. */
const LOOK_MS = 5_000;

/** Binds the verbs of schedules to their parts, and starts what is due. */
export function bindSchedules(parts: ScheduleBindings): BoundSchedules {
  const { store, calendar, clock, log, batches } = parts;
  const saving = { store, calendar, clock, preview: (command: SubmitCommand) => batches.preview(command) };
  const running = {
    store,
    calendar,
    clock,
    log,
    workerId: parts.workerId,
    submit: (command: SubmitCommand) => batches.submit(command),
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    verbs: {
      create: (project, draft, source) => createSchedule(saving, project, { draft, source }),
      change: (project, scheduleId, changes) => changeSchedule(saving, project, scheduleId, changes),
      async delete(project, scheduleId) {
        if (!(await store.schedules.remove(project.id, scheduleId)))
          throw notFound('schedule', showId('schedule', scheduleId));
      },
      get: (project, scheduleId) => getSchedule(store, project, scheduleId),
      list: (project, page) => store.schedules.list(project.id, page),
      run: async (project, scheduleId, call) =>
        runNow(running, project, await getSchedule(store, project, scheduleId), call),
      forecast: async (project, scheduleId) =>
        forecastSchedule(
          { calendar, clock, findAnswer: parts.findAnswer },
          await getSchedule(store, project, scheduleId),
        ),
    },
    start() {
      timer = every(LOOK_MS, log, () => runDueSchedules(running));
    },
    close() {
      clearInterval(timer);
    },
  };
}
