import type { Miss, Missed, MissState } from '#domain/miss.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/** Questions that missed, each once with how often; what is warm again stays until it is forgotten. */
export interface MissStore {
  /**
   * Adds what was gathered over a moment. Of a project at most `MOST_MISSES` questions are kept: when there are more,
   * the least missed go, down to `LEAST_MISSES`, so that new ones have room to become popular.
   */
  count(projectId: number, missed: readonly Missed[], now: number): Promise<void>;
  /** Most missed first. */
  list(
    projectId: number,
    filter: MissFilter,
    page: PageRequest & { readonly now: number },
  ): Promise<Page<Miss>>;
  /** Forgets one, or all that were last missed before that time; returns how many. */
  forget(
    projectId: number,
    which: { readonly missId: number } | { readonly before: number },
  ): Promise<number>;
  /** Forgets, in every project, what was last missed before that time. */
  sweep(before: number): Promise<void>;
}

export const MOST_MISSES = 2_000;
export const LEAST_MISSES = 1_500;

export interface MissFilter {
  readonly state?: MissState;
  /** Part of the question, any case. */
  readonly text?: string;
}
