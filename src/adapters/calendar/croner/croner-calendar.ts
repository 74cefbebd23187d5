import { Cron } from 'croner';
import type { CronOptions } from 'croner';
import type { Calendar, CalendarProblem } from '#ports/calendar.ts';

const FIVE_FIELDS = /^\s*\S+(?:\s+\S+){4}\s*$/;
const EXAMPLE = '0 3 * * 1-5';

/** Cron patterns by croner. Five fields only: a schedule that runs each second is a mistake. */
export class CronerCalendar implements Calendar {
  next(cron: string, timeZone: string, after: number): number | null {
    const next = nextRun(cron, { timezone: timeZone }, after);
    return next === null || !isEachHour(cron) ? next : eachHour(cron, timeZone, { after, next });
  }

  problemOf(cron: string, timeZone: string): CalendarProblem | null {
    if (!isZone(timeZone)) {
      return {
        field: 'timeZone',
        message: `must be the name of a time zone, such as "Europe/Berlin" or "UTC"`,
      };
    }
    if (!FIVE_FIELDS.test(cron)) {
      return {
        field: 'cron',
        message: `must have five fields: minute, hour, day of month, month, day of week, such as "${EXAMPLE}"`,
      };
    }
    try {
      if (this.next(cron, timeZone, Date.UTC(2026, 0)) === null)
        return { field: 'cron', message: 'names no time that will ever come' };
      return null;
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
      return { field: 'cron', message: `is no pattern like "${EXAMPLE}" (${why})` };
    }
  }
}

/**
 * Croner gives times before the one it is asked from while an hour comes for the second time: then it is asked from
 * later on.
 */
function nextRun(
  cron: string,
  where: Pick<CronOptions, 'timezone' | 'utcOffset'>,
  after: number,
): number | null {
  const job = new Cron(cron, { ...where, paused: true, mode: '5-part' });
  for (let from = after; from <= after + LONGEST_CHANGE_MS; from += STEP_MS) {
    const next = job.nextRun(new Date(from))?.getTime() ?? null;
    if (next === null || next > after) return next;
  }
  return null;
}

/** Clocks are put back by an hour at most, but for places that changed their zone. */
const LONGEST_CHANGE_MS = 3 * 3_600_000;
const STEP_MS = 15 * 60_000;

function isEachHour(cron: string): boolean {
  return cron.trim().split(/\s+/)[1] === '*';
}

/**
 * What names no hour is meant to come each hour. Croner goes by the clock on the wall, and leaves the hour out that comes
 * twice when the clocks go back: so it is looked at by the distance from UTC before the change and by that after it.
 */
function eachHour(
  cron: string,
  timeZone: string,
  { after, next }: { readonly after: number; readonly next: number },
): number {
  const minutes = new Set([after, next].map((at) => minutesFromUtc(timeZone, at)));
  const found = [...minutes].flatMap((utcOffset) => {
    const at = nextRun(cron, { utcOffset }, after);
    return at !== null && minutesFromUtc(timeZone, at) === utcOffset ? [at] : [];
  });
  return Math.min(next, ...found);
}

function minutesFromUtc(timeZone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes));
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
