import type { FigureStore } from '#ports/store/figures.ts';

const DAY_MS = 86_400_000;

/** Figures of items that the server queued by itself; see `FigureStore`. */
export const REWARM_FIGURES = {
  tokens: 'rewarmTokens',
  /** Answers that came out as they were, and those that did not. */
  same: 'rewarmSame',
  changed: 'rewarmChanged',
} as const;

/** Tokens that were spent on keeping a project warm within a day, to the hour. */
export async function spentOnRewarm(
  figures: Pick<FigureStore, 'byHour'>,
  projectId: number,
  now: number,
): Promise<number> {
  const hours = await figures.byHour(projectId, now - DAY_MS);
  return hours.reduce((sum, hour) => sum + (hour.figures[REWARM_FIGURES.tokens] ?? 0), 0);
}
