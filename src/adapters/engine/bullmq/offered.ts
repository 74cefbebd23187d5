import type { Clock } from '#ports/log.ts';

/** An offer of which nothing was heard for so long is lost, and made again. */
const LOST_AFTER_MS = 15_000;

/** What this process has offered and, as far as it knows, nobody has taken. In memory: the next leader begins anew. */
export class Offered {
  readonly #clock: Clock;
  /** When each item was offered, oldest first. */
  readonly #at = new Map<number, number>();
  #last: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    // Of two leaders, and of one that was started again, no two offers are alike.
    this.#last = clock() * 1_000 + Math.floor(Math.random() * 1_000);
  }

  /** @returns the number of the offer */
  add(itemId: number): number {
    this.#at.delete(itemId);
    this.#at.set(itemId, this.#clock());
    this.#last += 1;
    return this.#last;
  }

  ids(): number[] {
    const before = this.#clock() - LOST_AFTER_MS;
    for (const [id, at] of this.#at) {
      if (at > before) break;
      this.#at.delete(id);
    }
    return [...this.#at.keys()];
  }

  /** Forgets what is none of these. */
  keep(itemIds: readonly number[]): void {
    const kept = new Set(itemIds);
    for (const id of this.#at.keys()) if (!kept.has(id)) this.#at.delete(id);
  }

  keepNewest(count: number): void {
    for (const id of this.#at.keys()) {
      if (this.#at.size <= count) return;
      this.#at.delete(id);
    }
  }

  clear(): void {
    this.#at.clear();
  }
}
