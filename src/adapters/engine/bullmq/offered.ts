import type { Clock } from '#ports/log.ts';

/** An offer of which nothing was heard for so long is lost, and its items are offered again. */
const LOST_AFTER_MS = 15_000;
/** … and one that somebody took out of Redis and did not claim: it was refused, or its item is pending again. */
const REFUSED_AFTER_MS = 500;

interface Offer {
  /** Those that nobody has claimed, as far as is known. */
  readonly itemIds: Set<number>;
  readonly madeAt: number;
  /** When it was first seen to stand in Redis no more; null: it stands. */
  takenAt: number | null;
}

/**
 * What this process has offered and, as far as it knows, nobody has claimed. In memory: the next leader begins anew.
 *
 * What was offered first is taken first. So of what Redis says how much still stands it is known which.
 */
export class Offered {
  readonly #clock: Clock;
  /** By number, oldest first. */
  readonly #offers = new Map<number, Offer>();
  #last: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    // Of two leaders, and of one that was started again, no two offers are alike.
    this.#last = clock() * 1_000 + Math.floor(Math.random() * 1_000);
  }

  /** @returns the number of the offer */
  add(itemIds: readonly number[]): number {
    this.#last += 1;
    this.#offers.set(this.#last, { itemIds: new Set(itemIds), madeAt: this.#clock(), takenAt: null });
    return this.#last;
  }

  /** Items that need not be offered now. */
  ids(): number[] {
    return [...this.#offers.values()].flatMap(({ itemIds }) => [...itemIds]);
  }

  /**
   * So many offers stand in Redis; those taken from there that were not claimed, and those lost, are forgotten.
   *
   * @returns how many items stand
   */
  stand(count: number): number {
    const now = this.#clock();
    let older = this.#offers.size - count;
    // Offers that another leader made are of one item each, as far as this one knows.
    let items = Math.max(0, -older);
    for (const [number, offer] of this.#offers) {
      if (older > 0) offer.takenAt ??= now;
      else items += offer.itemIds.size;
      older -= 1;
      const isRefused = offer.takenAt !== null && offer.takenAt <= now - REFUSED_AFTER_MS;
      if (isRefused || offer.madeAt <= now - LOST_AFTER_MS) this.#offers.delete(number);
    }
    return items;
  }

  /** Forgets items that are none of these, and offers that have none left. */
  keep(itemIds: readonly number[]): void {
    const kept = new Set(itemIds);
    for (const [number, offer] of this.#offers) {
      for (const id of offer.itemIds) if (!kept.has(id)) offer.itemIds.delete(id);
      if (offer.itemIds.size === 0) this.#offers.delete(number);
    }
  }

  clear(): void {
    this.#offers.clear();
  }
}
