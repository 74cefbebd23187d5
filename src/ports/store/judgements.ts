import type { JudgedAnswer, Judgement, NewJudgement } from '#domain/judgement.ts';
import type { JudgingCase } from '#domain/judging-case.ts';
import type { Page, PageRequest } from '#domain/page.ts';

export interface JudgementStore {
  /** In place of an older one of the same key. It closes the case; false: that is somebody else's, nothing was put. */
  put(judgement: NewJudgement, claimed: JudgingCase | null): Promise<boolean>;
  /** Of the answer that was made at that time; null when it was not judged. */
  find(projectId: number, key: string, madeAt: number): Promise<Judgement | null>;
  /** Of answers that are there as they were judged, newest first. */
  list(projectId: number, filter: JudgementFilter, page: PageRequest): Promise<Page<JudgedAnswer>>;
  /** Forgets those from before that time. */
  sweep(before: number): Promise<void>;
}

export interface JudgementFilter {
  /** The lower of both marks is below this. */
  readonly below?: number;
}
