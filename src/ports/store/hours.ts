import type { Hour, HourChanges, HourTotals } from '#domain/hour.ts';

/** Figures by the hour. Settles add their own; the rest is added here. */
export interface HourStore {
  add(projectId: number, changes: HourChanges, now: number): Promise<void>;
  /** Hours in which something happened, oldest first. */
  list(projectId: number, since: number): Promise<readonly Hour[]>;
  totals(projectId: number, since: number): Promise<HourTotals>;
}
