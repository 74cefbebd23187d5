import { Cron } from 'croner';
import type { Calendar, CalendarProblem } from '#ports/calendar.ts';

const FIVE_FIELDS = /^\s*\S+(?:\s+\S+){4}\s*$/;
const EXAMPLE = '0 3 * * 1-5';

/** Cron patterns by croner. Five fields only: a schedule that runs each second is a mistake. */
export class CronerCalendar implements Calendar {
  next(cron: string, timeZone: string, after: number): number | null {
    const job = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' });
    return job.nextRun(new Date(after))?.getTime() ?? null;
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

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
