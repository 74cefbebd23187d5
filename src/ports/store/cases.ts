import type { JudgingCase, JudgingState, JudgingTrouble } from '#domain/judging-case.ts';

/**
 * Answers that were chosen to be judged, until they are. They come with the answer (`NewAnswer.isToBeJudged`), in its
 * commit, and go with it; `judgements.put` closes one. At most `MOST_CASES_WAITING` of a project wait.
 */
export interface CaseStore {
  /**
   * The case that is due longest: one that nobody has, or whose owner is gone, or that the worker itself claimed before
   * and never finished. null: none is due.
   */
  claim(workerId: number, now: number): Promise<JudgingCase | null>;
  /** There is nothing to judge; false: it is somebody else's by now. */
  drop(claimed: JudgingCase): Promise<boolean>;
  /** Back to those that wait, or to those that failed; false: it is somebody else's by now. */
  giveBack(claimed: JudgingCase, tried: TriedCase): Promise<boolean>;
  /** Back, untried, and none of its project is due before that time. */
  postpone(claimed: JudgingCase, until: number, trouble: JudgingTrouble): Promise<void>;
  state(projectId: number): Promise<JudgingState>;
  /** Those that failed wait again, as if they were new; how many. */
  retry(projectId: number, now: number): Promise<number>;
  /** Forgets those of answers made before that time. */
  sweep(before: number): Promise<void>;
}

export interface TriedCase {
  readonly attempts: number;
  readonly dueAt: number;
  /** null: it waits for another try. */
  readonly failedAt: number | null;
  readonly trouble: JudgingTrouble;
}
