import type { Json } from '#domain/json.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { Schedule, ScheduleDraft, ScheduleRun, ScheduleWithItems } from '#domain/schedule.ts';

export interface ScheduleStore {
  /** @throws Fault conflict `schedule_exists` when the project has one of that name, `too_many_schedules` */
  create(schedule: NewSchedule, now: number): Promise<Schedule>;
  /** Null when there is none. Items stay when they are absent. @throws Fault conflict `schedule_exists` */
  change(
    projectId: number,
    scheduleId: number,
    changes: ScheduleChanges,
    now: number,
  ): Promise<Schedule | null>;
  /** False when there is none. */
  remove(projectId: number, scheduleId: number): Promise<boolean>;
  find(projectId: number, scheduleId: number): Promise<ScheduleWithItems | null>;
  list(projectId: number, page: PageRequest): Promise<Page<Schedule>>;
  /** Of all projects, those whose time has come, the longest overdue first. */
  due(now: number, limit: number): Promise<readonly ScheduleWithItems[]>;
  /** Notes a run and when the next is due, unless somebody else did, or changed the schedule: false then. */
  noteRun(scheduleId: number, run: ScheduleRun, nextAt: number | null): Promise<boolean>;
}

export interface NewSchedule extends ScheduleDraft {
  readonly projectId: number;
  readonly items: readonly Json[];
  readonly nextAt: number | null;
}

export type ScheduleChanges = Partial<ScheduleDraft> & {
  readonly items?: readonly Json[];
  readonly nextAt?: number | null;
};
