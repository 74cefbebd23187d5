/** How long an item waits after a failed attempt, and how many attempts it gets. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Wait after the first failure. */
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 3, baseMs: 1_000, maxMs: 300_000 };

/** A lost lease is a crash, not a failure of the item; an item that takes down process after process is poison. */
export const MAX_LOSSES = 10;

/**
 * Exponential backoff with equal jitter: half of the wait is fixed, half is random, so that a crowd of failures
 * spreads out and none comes back at once.
 *
 * @param failures attempts that failed so far, at least 1
 * @param random in [0, 1)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(policy: RetryPolicy, failures: number, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** (failures - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
