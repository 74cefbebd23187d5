import { QuotaBook } from '#domain/quota-book.ts';
import type { QuotaUse } from '#domain/quota-book.ts';
import { isSubjectOf } from '#domain/quota.ts';
import type { Quota, Spent } from '#domain/quota.ts';
import type { Quotas, QuotaSharing } from '#ports/quotas.ts';

/** Quotas of this process alone. */
export class MemoryQuotas implements Quotas {
  readonly #book = new QuotaBook();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  spend(quotas: readonly Quota[]): Spent {
    return this.#book.spend(quotas, this.#now());
  }

  async uses(): Promise<readonly QuotaUse[]> {
    return this.#book.uses(this.#now());
  }

  async forget(projectId: number): Promise<void> {
    this.#book.forget((subject) => isSubjectOf(subject, projectId));
  }

  describe(): QuotaSharing {
    return { kind: 'none', isUp: true, processes: 1 };
  }

  async close(): Promise<void> {}
}
