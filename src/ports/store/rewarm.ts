import type { Answer } from '#domain/answer.ts';

/** Which answers are to be looked at, and which to be made again, before somebody asks. */
export interface RewarmStore {
  /**
   * Suspects: looked at last before the documents changed, and not found overtaken at this corpus version. Not expired,
   * most used first.
   */
  suspects(projectId: number, request: SuspectRequest): Promise<readonly Answer[]>;
  /** Notes that the documents had overtaken these when they stood at that version. One made since keeps what it is. */
  noteOvertaken(projectId: number, answers: readonly Looked[], corpusVersion: number): Promise<void>;
  /** Answers to be made again, most used first. */
  due(projectId: number, request: DueRequest): Promise<readonly Answer[]>;
  /** Notes that these are queued to be made again; they are not due for a while. */
  noteQueued(projectId: number, answerIds: readonly number[], now: number): Promise<void>;
}

export interface SuspectRequest {
  readonly now: number;
  /** Answers of another profile are asked for no more. */
  readonly profile: string;
  readonly limit: number;
}

/**
 * Due is what the documents were found to have overtaken, and what was used since it was made and has lived nine tenths
 * of its time.
 */
export interface DueRequest extends SuspectRequest {
  /** What was queued later, and not made since, is left alone. */
  readonly queuedBefore: number;
}

export type Looked = Pick<Answer, 'id' | 'createdAt'>;
