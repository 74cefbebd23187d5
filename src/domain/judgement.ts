/** What a model said of an answer. Marks go from 0 to 100. */
export interface Judgement {
  readonly id: number;
  readonly projectId: number;
  /** Of the answer, with the time it was made at: another may stand under the key by now. */
  readonly key: string;
  readonly madeAt: number;
  /** How far the passages say what the answer says. */
  readonly faithful: number;
  /** How far the answer says what the passages have to say to the question. */
  readonly complete: number;
  /** In the judge's words. */
  readonly why: string;
  /** Provider and model. */
  readonly judge: string;
  readonly tokens: number;
  readonly judgedAt: number;
}

export type NewJudgement = Omit<Judgement, 'id'>;

/** A judgement with the answer that it is of, which is still there. */
export interface JudgedAnswer {
  readonly judgement: Judgement;
  readonly answerId: number;
  readonly question: string;
}
