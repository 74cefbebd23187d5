import type { PassageFilter } from './passage-filter.ts';

/** A question that the cache had no fresh answer to when somebody asked it. Times are epoch milliseconds. */
export interface Miss {
  readonly id: number;
  readonly question: string;
  readonly filter: PassageFilter;
  /** How often somebody had to wait for it. */
  readonly misses: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly state: MissState;
}

/**
 * Questions that mean the same, as one: the id and words of the one that was missed most, counts and times of all.
 * `cold` while any of them is, since each wording has an answer of its own; then `warm` while any is.
 */
export interface MissGroup extends Miss {
  /** All of them, most missed first. */
  readonly wordings: readonly Miss[];
}

/**
 * What the next one who asks meets: `cold`, no fresh answer, so a wait; `warm`, a fresh answer; `not_found`, that the
 * documents as they are do not answer it.
 */
export type MissState = 'cold' | 'warm' | 'not_found';

/** A question that was missed, with how often since it was last written down. */
export interface Missed {
  /** The key of its answer. */
  readonly key: string;
  readonly question: string;
  /** Absent: all documents. */
  readonly filter?: PassageFilter;
  readonly misses: number;
}
