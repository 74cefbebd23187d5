/** What happened in a project within one hour. */
export interface Hour {
  /** When it began, epoch milliseconds. */
  readonly startedAt: number;
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly hits: number;
  readonly misses: number;
  /** What the hits would have taken to make again. */
  readonly savedMs: number;
  /** Tokens of the model calls that the hits would have taken; zero for built-in models. */
  readonly savedTokens: number;
}

/** What happened over several hours. */
export type HourTotals = Omit<Hour, 'startedAt'>;

export type HourChanges = Partial<HourTotals>;

const HOUR_MS = 3_600_000;

export function hourOf(time: number): number {
  return time - (time % HOUR_MS);
}
