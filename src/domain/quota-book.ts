import { quotaId, WINDOW_MS } from './quota.ts';
import type { Quota, QuotaState, Spent } from './quota.ts';

/**
 * A sliding window is counted in so many parts and one more: a call counts until the whole window has passed over its
 * part, so that no window sees more than its limit; it may see up to a part's calls fewer.
 */
export const SLIDING_PARTS = 60;

/** What one quota has used. */
export interface QuotaUse {
  readonly id: string;
  readonly used: number;
  readonly resetMs: number;
}

interface Count {
  readonly quota: Quota;
  /** By the window's number, or by the number of its part. */
  readonly parts: Map<number, number>;
}

/** More are forgotten, oldest first: somebody makes names up. */
const MOST_COUNTED = 200_000;
const SWEEP_EVERY = 10_000;

/** Counts calls by quota, for one process. */
export class QuotaBook {
  readonly #counts = new Map<string, Count>();
  #sinceSweep = 0;

  /**
   * Counts one call against all of these, or against none where one is used up.
   *
   * @param allowance what may be used of a quota; absent: all that it allows
   */
  spend(quotas: readonly Quota[], now: number, allowance?: (quota: Quota) => number): Spent {
    const counts = quotas.map((quota) => this.#countOf(quota));
    const left = counts.map((count, at) => {
      const quota = quotas[at] as Quota;
      return (allowance === undefined ? quota.calls : allowance(quota)) - usedOf(count, now);
    });
    const isAllowed = left.every((each) => each > 0);
    if (isAllowed) for (const count of counts) add(count, now);
    const states = counts.map((count, at): QuotaState => {
      const rest = (left[at] as number) - (isAllowed ? 1 : 0);
      return { quota: quotas[at] as Quota, left: Math.max(0, rest), resetMs: resetOf(count, now) };
    });
    if ((this.#sinceSweep += 1) >= SWEEP_EVERY) this.#sweep(now);
    return { isAllowed, states };
  }

  /** What is in use now. */
  uses(now: number): readonly (QuotaUse & { readonly quota: Quota })[] {
    return [...this.#counts].flatMap(([id, count]) => {
      const used = usedOf(count, now);
      return used === 0 ? [] : [{ id, quota: count.quota, used, resetMs: resetOf(count, now) }];
    });
  }

  forget(isGone: (subject: string) => boolean): void {
    for (const [id, { quota }] of this.#counts) if (isGone(quota.subject)) this.#counts.delete(id);
  }

  clear(): void {
    this.#counts.clear();
  }

  #countOf(quota: Quota): Count {
    const id = quotaId(quota);
    const known = this.#counts.get(id);
    if (known !== undefined) return known;
    const count: Count = { quota, parts: new Map() };
    this.#counts.set(id, count);
    return count;
  }

  #sweep(now: number): void {
    this.#sinceSweep = 0;
    for (const [id, count] of this.#counts) if (usedOf(count, now) === 0) this.#counts.delete(id);
    for (const id of this.#counts.keys()) {
      if (this.#counts.size <= MOST_COUNTED) break;
      this.#counts.delete(id);
    }
  }
}

/** The number of the window, or of the part of a sliding one, that a time falls into. */
export function partOf({ per, isSliding }: Pick<Quota, 'per' | 'isSliding'>, now: number): number {
  return Math.floor(now / partMs(per, isSliding));
}

/** The first part that still counts. */
export function firstPart(quota: Pick<Quota, 'per' | 'isSliding'>, now: number): number {
  return partOf(quota, now) - (quota.isSliding ? SLIDING_PARTS : 0);
}

/** How long until what was counted in a part counts no more. */
export function endOfPart(quota: Pick<Quota, 'per' | 'isSliding'>, part: number, now: number): number {
  const { per, isSliding } = quota;
  return (part + 1 + (isSliding ? SLIDING_PARTS : 0)) * partMs(per, isSliding) - now;
}

function partMs(per: Quota['per'], isSliding: boolean): number {
  return isSliding ? WINDOW_MS[per] / SLIDING_PARTS : WINDOW_MS[per];
}

function usedOf({ quota, parts }: Count, now: number): number {
  const first = firstPart(quota, now);
  let used = 0;
  for (const [part, calls] of parts) {
    if (part < first) parts.delete(part);
    else used += calls;
  }
  return used;
}

function add({ quota, parts }: Count, now: number): void {
  const part = partOf(quota, now);
  parts.set(part, (parts.get(part) ?? 0) + 1);
}

function resetOf({ quota, parts }: Count, now: number): number {
  const [oldest = partOf(quota, now)] = parts.keys();
  return endOfPart(quota, oldest, now);
}
