import { endOfPart, partOf } from '#domain/quota-book.ts';
import { quotaId, WINDOW_MS } from '#domain/quota.ts';
import type { Quota, QuotaState } from '#domain/quota.ts';
import type { Granted, Missed } from './quota-scripts.ts';

interface Holding {
  readonly quota: Quota;
  /** The window, or the part of a sliding one, that it is for. */
  part: number;
  /** Granted calls that were not made yet. */
  left: number;
  /** All that was counted, everywhere, when it was last asked. */
  total: number;
  askedAt: number;
  resetAt: number;
}

const MOST_HELD = 100_000;

/** What this process was granted of the shared quotas, and what it knows of them. */
export class Held {
  readonly #byId = new Map<string, Holding>();
  readonly #sliding = new Set<Holding>();

  add(quota: Quota, { calls, total, resetMs }: Granted, askedAt: number): void {
    const part = partOf(quota, askedAt);
    const known = this.#current(quota, askedAt);
    const holding: Holding = {
      quota,
      part,
      left: (known?.left ?? 0) + calls,
      total,
      askedAt,
      resetAt: askedAt + resetMs,
    };
    if (this.#byId.size >= MOST_HELD) this.#byId.clear();
    this.#byId.set(quotaId(quota), holding);
    if (quota.isSliding) this.#sliding.add(holding);
  }

  left(quota: Quota, now: number): number {
    return this.#current(quota, now)?.left ?? 0;
  }

  has(quota: Quota, now: number): boolean {
    return this.left(quota, now) > 0;
  }

  /** Whether it is known to be used up, everywhere, until its window ends. */
  isFull(quota: Quota, now: number): boolean {
    const holding = quota.isSliding ? undefined : this.#current(quota, now);
    return holding !== undefined && holding.left === 0 && holding.total >= quota.calls;
  }

  isOf(quota: Quota, part: number): boolean {
    return this.#byId.get(quotaId(quota))?.part === part;
  }

  /** How it stands; a call that goes on is taken off. */
  take(quota: Quota, now: number, isAllowed: boolean): QuotaState {
    const holding = this.#current(quota, now);
    if (holding === undefined) return { quota, left: 0, resetMs: endOfPart(quota, partOf(quota, now), now) };
    if (isAllowed) holding.left -= 1;
    const left = Math.max(0, quota.calls - holding.total) + holding.left;
    return { quota, left, resetMs: Math.max(1, holding.resetAt - now) };
  }

  dropSliding(): void {
    for (const holding of this.#sliding) holding.left = 0;
    this.#sliding.clear();
  }

  /** What one of so many processes may use while nobody can be asked: what it holds, and its part of the rest. */
  shareOf(quota: Quota, now: number, processes: number): number {
    const holding = this.#byId.get(quotaId(quota));
    const isKnown =
      holding !== undefined &&
      (quota.isSliding ? now - holding.askedAt < WINDOW_MS[quota.per] : holding.part === partOf(quota, now));
    if (!isKnown) return Math.max(1, Math.floor(quota.calls / processes));
    return holding.left + Math.floor(Math.max(0, quota.calls - holding.total) / processes);
  }

  /** What the others do not know of: of the calls that were made alone, those that had not been granted before. */
  missed(quota: Quota, used: number, now: number): Missed {
    const holding = this.#current(quota, now);
    return { quota, calls: Math.max(0, used - (holding?.left ?? 0)), known: holding?.total ?? 0 };
  }

  forget(isGone: (subject: string) => boolean): void {
    for (const [id, { quota }] of this.#byId) if (isGone(quota.subject)) this.#byId.delete(id);
  }

  clear(): void {
    this.#byId.clear();
  }

  #current(quota: Quota, now: number): Holding | undefined {
    const holding = this.#byId.get(quotaId(quota));
    return holding?.part === partOf(quota, now) ? holding : undefined;
  }
}
