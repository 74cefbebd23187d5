/** What a project holds, read where long reads belong. */
export interface HoldingStore {
  of(projectId: number): Promise<Holdings>;
  /** What would have to go so that the rest is within so many bytes: what was used longest ago; at most `limit` of it. */
  leastUsed(projectId: number, maxBytes: number, limit: number): Promise<LeastUsed>;
}

export interface Holdings {
  /** Answers and turns, as texts of the store. */
  readonly cachedBytes: number;
  readonly answers: number;
  readonly turns: number;
  readonly documents: number;
}

export interface LeastUsed {
  readonly answerIds: readonly number[];
  readonly turnKeys: readonly string[];
}
