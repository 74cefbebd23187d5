/** An answer that was chosen to be judged, in the hands of a process; another claim raises the generation. */
export interface JudgingCase {
  readonly answerId: number;
  readonly projectId: number;
  /** When the answer was made: another may stand in its place by now. */
  readonly madeAt: number;
  /** Tries that failed so far. */
  readonly attempts: number;
  readonly generation: number;
}

/** Why something was not judged, when it was last tried. */
export interface JudgingTrouble {
  readonly code: string;
  readonly why: string;
}

/** What is to be judged yet in a project, and what could not be. */
export interface JudgingState {
  readonly waiting: number;
  /** When the next is due; null: none waits. */
  readonly nextAt: number | null;
  readonly failed: number;
  readonly troubles: readonly JudgingTroubles[];
}

/** Cases with the same trouble, in the words of the newest. */
export interface JudgingTroubles extends JudgingTrouble {
  readonly waiting: number;
  readonly failed: number;
}

/** More than these do not wait in a project: a sample is a sample. */
export const MOST_CASES_WAITING = 500;
