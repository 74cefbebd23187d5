import type { Quota, Spent } from '#domain/quota.ts';
import type { QuotaUse } from '#domain/quota-book.ts';

/**
 * Counts calls against quotas, for everything that shares them. Unlike a `Limiter` it lets nobody wait: a call goes on,
 * or is told when to come again.
 */
export interface Quotas {
  /**
   * Counts one call against all of these quotas; where one is used up it is refused. At once where nobody needs to be
   * asked: it stands in the way of every request.
   */
  spend(quotas: readonly Quota[]): Spent | Promise<Spent>;
  /** What is in use now, everywhere, as far as it can be seen. */
  uses(): Promise<readonly QuotaUse[]>;
  /** Forgets what was counted for a project. */
  forget(projectId: number): Promise<void>;
  describe(): QuotaSharing;
  close(): Promise<void>;
}

/** Between whom the quotas are shared now. */
export interface QuotaSharing {
  /** `none`: with nobody; a `redis` that is away leaves each process its part. */
  readonly kind: 'none' | 'redis';
  readonly isUp: boolean;
  /** Processes that each take their part while what they share is away. */
  readonly processes: number;
}
