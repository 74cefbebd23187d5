/** Knows when a cron pattern comes round, by the clocks of a place. */
export interface Calendar {
  /**
   * The first time after `after` that the pattern names, in epoch milliseconds; null when there is none.
   *
   * A time that summer time leaves out comes as soon after as the clocks show one; one that it repeats comes once.
   */
  next(cron: string, timeZone: string, after: number): number | null;
  /** What is wrong with a pattern or the name of a zone; null when nothing is. */
  problemOf(cron: string, timeZone: string): CalendarProblem | null;
}

export interface CalendarProblem {
  readonly field: 'cron' | 'timeZone';
  readonly message: string;
}
