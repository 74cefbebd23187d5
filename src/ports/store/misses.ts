import type { Miss, Missed, MissGroup, MissState } from '#domain/miss.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/** Questions that missed, each once with how often; what is warm again stays until it is forgotten. */
export interface MissStore {
  /**
   * Adds what was gathered over a moment. Of a project at most `MOST_MISSES` questions are kept: when there are more,
   * the least missed go, down to `LEAST_MISSES`, so that new ones have room to become popular.
   */
  count(projectId: number, missed: readonly Missed[], now: number): Promise<void>;
  /** Those that mean the same as one; most missed first. */
  list(
    projectId: number,
    filter: MissFilter,
    page: PageRequest & { readonly now: number },
  ): Promise<Page<MissGroup>>;
  /** Projects with questions whose meaning nobody has looked at. */
  waiting(limit: number): Promise<readonly number[]>;
  /** Those whose meaning nobody has looked at with this embedder, oldest first. */
  ungrouped(projectId: number, embedder: string, limit: number): Promise<readonly MissToGroup[]>;
  /** Of each group that was made with this embedder the oldest question, oldest first. */
  heads(projectId: number, embedder: string): Promise<readonly MissHead[]>;
  /** Puts questions into groups. What somebody else has put into one meanwhile stays there. */
  group(projectId: number, embedder: string, grouped: readonly GroupedMiss[]): Promise<void>;
  /** Forgets one, one with all that mean the same, or all that were last missed before that time; returns how many. */
  forget(projectId: number, which: ForgottenMisses): Promise<number>;
  /** Forgets, in every project, what was last missed before that time. */
  sweep(before: number): Promise<void>;
}

export type ForgottenMisses =
  | { readonly missId: number; readonly withGroup: boolean }
  | { readonly before: number };

export type MissToGroup = Pick<Miss, 'id' | 'question' | 'filter'>;

export interface MissHead {
  readonly groupId: number;
  readonly question: string;
  readonly filter: PassageFilter;
  /** As `packQuestion` makes it. */
  readonly vector: Uint8Array;
}

export interface GroupedMiss {
  readonly missId: number;
  /** Of the question that the group began with. */
  readonly groupId: number;
  readonly vector: Uint8Array;
}

export const MOST_MISSES = 2_000;
export const LEAST_MISSES = 1_500;

export interface MissFilter {
  readonly state?: MissState;
  /** Part of one of the questions, any case. */
  readonly text?: string;
}
