import type { Answer, Evidence, Flight, FormerAnswer, NewAnswer } from '#domain/answer.ts';
import type { Page, PageRequest } from '#domain/page.ts';

export interface AnswerStore {
  findByKey(projectId: number, key: string): Promise<Answer | null>;
  /** The answers under these keys, in any order; a key without one gives none. At most a page of keys. */
  findByKeys(projectId: number, keys: readonly string[]): Promise<readonly Answer[]>;
  find(projectId: number, answerId: number): Promise<Answer | null>;
  /**
   * Stores an answer under its key, in place of the old one, and ends its flight; false when the flight was lost. When
   * it says what the old one said, its version stays; else that is raised, and what the old one said is kept.
   */
  put(answer: NewAnswer, flight: Flight | null): Promise<boolean>;
  /**
   * Notes that the answer which was looked at still has its evidence; false when it is no longer
   * that answer which stands there (replaced, confirmed, dropped), or it stands at a newer version: nothing changed.
   */
  confirm(looked: LookedAt, found: FoundAgain): Promise<boolean>;
  /** Adds hits, gathered over a moment. */
  countHits(
    hits: readonly { readonly answerId: number; readonly hits: number }[],
    now: number,
  ): Promise<void>;
  /** Drops what matches; returns how many. */
  drop(projectId: number, filter: AnswerFilter): Promise<number>;
  list(projectId: number, filter: AnswerFilter, page: PageRequest): Promise<Page<Answer>>;
  /** What it said before; null: it has said nothing else. */
  former(projectId: number, answerId: number): Promise<FormerAnswer | null>;
  stats(projectId: number, now: number): Promise<AnswerStats>;
}

/** Where retrieval found the evidence of an answer again. */
export interface FoundAgain
  extends Pick<NewAnswer, 'corpusVersion' | 'asked'>, Pick<Evidence, 'epoch' | 'floor'> {
  /** Absent or null: it stands where it stood. */
  readonly moved?: (Pick<Evidence, 'paragraphs'> & Pick<NewAnswer, 'citations' | 'content'>) | null;
}

/** What tells an answer that was looked at from one put in its place, under the same id. */
export type LookedAt = Pick<Answer, 'id' | 'projectId' | 'corpusVersion' | 'createdAt'>;

export interface AnswerFilter {
  readonly answerId?: number;
  readonly answerIds?: readonly number[];
  /** Answers that rest on this document. */
  readonly documentId?: number;
  /** Part of the question, any case. */
  readonly text?: string;
  readonly found?: boolean;
  readonly expiredAt?: number;
  /** Not expired at that time, and last looked at before the documents changed. */
  readonly suspectAt?: number;
}

export interface AnswerStats {
  readonly answers: number;
  /** Not expired, and saying that the documents do not answer. */
  readonly notFound: number;
  readonly expired: number;
  /** Not expired, and last looked at before the documents changed: looked at again before they are given. */
  readonly suspect: number;
  /** Not expired, with an answer, and going to be within a day. */
  readonly expiring: number;
}
