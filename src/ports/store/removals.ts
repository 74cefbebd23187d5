/** Takes projects away, with all that is theirs. */
export interface RemovalStore {
  /**
   * From now on there is no project of that name: its batches give nothing, its keys let nobody in. Null when it is being
   * removed already.
   */
  begin(projectId: number, now: number): Promise<Removed | null>;
  /** Removes at most some thousand rows; false when there was nothing left but the project itself, which is gone now. */
  step(projectId: number, now: number): Promise<boolean>;
  /** Projects that are being removed, and those that were since: what was on its way may have written after the end. */
  list(since: number): Promise<readonly number[]>;
}

export interface Removed {
  /** Batches that were open, or still to be watched. */
  readonly batchIds: readonly number[];
  /** SHA-256 of files that may be nobody's any more. */
  readonly files: readonly string[];
}
