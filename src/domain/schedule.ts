import type { Json, JsonObject } from './json.ts';

/** A saved set of questions that becomes a batch again and again. Times are epoch milliseconds. */
export interface Schedule extends ScheduleDraft {
  readonly id: number;
  readonly projectId: number;
  /** How many items each run submits. */
  readonly itemCount: number;
  /** When it is due; null while it is off, or when the pattern names no time to come. */
  readonly nextAt: number | null;
  readonly lastRun: ScheduleRun | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a person decides. */
export interface ScheduleDraft {
  readonly name: string;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name, such as `Europe/Berlin`: summer time moves the runs with the clocks of the place. */
  readonly timeZone: string;
  readonly isOn: boolean;
  readonly workload: string;
  readonly priority: number;
  /** null: the server's default. */
  readonly paceMs: number | null;
  readonly options: JsonObject;
}

export interface ScheduleRun {
  /** When it was due; it may have started later, if nobody was there to start it. */
  readonly dueAt: number;
  readonly startedAt: number;
  /** null when nothing could be submitted. */
  readonly batchId: number | null;
  readonly error: string | null;
}

/** A schedule with what it submits. */
export interface ScheduleWithItems extends Schedule {
  readonly items: readonly Json[];
}

export const MAX_SCHEDULES = 200;
