import type { Spending } from '#domain/catalogue.ts';

/**
 * One public API, called the way it wants to be called: within its limit, after the pause it asks for, and not again
 * for what it has answered already.
 */
export interface Upstream {
  /**
   * The answer to a GET, made or kept; redirects are followed.
   *
   * @throws Fault limited `source_limited`, unavailable `source_down` and `source_failed`; each says when to try again
   */
  get(path: string, call: UpstreamCall): Promise<UpstreamAnswer>;
  /** Whether a call now would be held back, and until when; 0 when not. */
  closedUntil(): number;
}

export interface UpstreamCall {
  readonly projectId: number;
  readonly signal: AbortSignal;
  readonly isUrgent: boolean;
  readonly spending: Spending;
  /** Statuses that are answers, and not failures, beside 200. */
  readonly answers?: readonly number[];
  /** Ask again, whatever was kept. */
  readonly isFresh?: boolean;
}

export interface UpstreamAnswer {
  readonly status: number;
  /** The body, read as JSON; null when it was none, which only `answers` may be. */
  readonly value: unknown;
}
