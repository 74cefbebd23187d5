import type { Effect } from './effect.ts';
import type { ItemError } from './item.ts';
import type { JsonObject } from './json.ts';

/** How one run of an item ended, as the workload tells it. */
export type Outcome =
  | { readonly kind: 'completed'; readonly result: JsonObject | null; readonly effects: readonly Effect[] }
  /** There was nothing to do: already warm, already processed. */
  | {
      readonly kind: 'skipped';
      readonly reason: string;
      readonly result: JsonObject | null;
      readonly effects?: readonly Effect[];
    }
  /** No retry cures this. */
  | { readonly kind: 'failed'; readonly error: ItemError }
  /** Worth another attempt, after the backoff or after what the other side asked for. */
  | { readonly kind: 'retry'; readonly error: ItemError; readonly afterMs?: number }
  /** Not now, and not its fault: it waits so long, and no attempt is counted. */
  | { readonly kind: 'deferred'; readonly error: ItemError; readonly afterMs: number };

/** An outcome on its way into the store; a `retry` has been turned into a time or a dead letter by then. */
export type Settlement =
  | {
      readonly itemId: number;
      readonly generation: number;
      readonly outcome: Exclude<Outcome, { kind: 'retry' | 'deferred' }>;
      /** When to try again if its effects conflict with what happened meanwhile; absent: there is no attempt left. */
      readonly retryAt?: number;
    }
  | {
      readonly itemId: number;
      readonly generation: number;
      readonly outcome: {
        readonly kind: 'retry' | 'deferred';
        readonly error: ItemError;
        readonly availableAt: number;
      };
    };

/** A claimed item, with what a run needs. */
export interface ClaimedItem {
  readonly id: number;
  readonly batchId: number;
  readonly projectId: number;
  readonly workload: string;
  readonly generation: number;
  readonly failures: number;
  readonly payload: JsonObject;
  /** What the items of its batch have in common. */
  readonly maxAttempts: number;
  /** The key that submitted it; null: none did. */
  readonly keyId: number | null;
  /** Of the call that made its batch; null: none did. */
  readonly requestId: string | null;
  /** Where in a trace its batch was made; null: nobody followed. */
  readonly traceParent: string | null;
  readonly options: JsonObject;
}

/** Identifies one claim: an item moves on only for the holder of its newest generation. */
export interface Held {
  readonly id: number;
  readonly generation: number;
}
