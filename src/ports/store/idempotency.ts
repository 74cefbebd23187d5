import type { IdempotencyClaim } from './batches.ts';

/**
 * Creating is idempotent: the key is taken before the work, commits with what it created, and is kept for a day.
 */
export interface IdempotencyStore {
  /**
   * Takes the key for a process, known by its lease as a worker, or tells what became of the one who had it. A key
   * whose process has no lease any more, and had created nothing, is free again.
   */
  begin(claim: IdempotencyClaim, owner: number, now: number): Promise<Begun>;
  /** Keeps the response for replays. */
  finish(claim: IdempotencyClaim, bodyHash: string, response: SavedResponse, now: number): Promise<void>;
  /** Gives the key back after a refusal, so that the corrected request may use it. */
  abandon(claim: IdempotencyClaim): Promise<void>;
  /** Forgets keys older than that. */
  sweep(before: number): Promise<void>;
}

export interface SavedResponse {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

export type Begun =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'in_progress' }
  /** What it created is there; its response was lost in a crash. */
  | { readonly kind: 'created'; readonly batchId: number }
  | { readonly kind: 'done'; readonly bodyHash: string; readonly response: SavedResponse };
