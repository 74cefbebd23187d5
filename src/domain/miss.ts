/** A question that the cache had no fresh answer to when somebody asked it. Times are epoch milliseconds. */
export interface Miss {
  readonly id: number;
  readonly question: string;
  /** How often somebody had to wait for it. */
  readonly misses: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly state: MissState;
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
  readonly misses: number;
}
