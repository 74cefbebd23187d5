/** One to be taken, and one so that it is seen that no more would have been. */
const LEAST = 2;
const MOST = 4_000;
/** What is taken between two looks, and so much besides. */
const SPARE = 1.5;
/** How much of a rush is remembered from one look to the next. */
const MEMORY = 0.9;
/** Where nothing stands though there is room in somebody's hands: so many at once, or so many times as many as before. */
const RUSH = 64;
const RUSH_TIMES = 4;
/** So many times enough stands, for so many looks in a row: it was offered at a pace that is no more. */
const SURPLUS = 4;
const SURPLUS_LOOKS = 30;
/** Where more is taken between two looks, jobs carry several items. */
const MOST_JOBS_TAKEN = 32;
const MOST_IN_JOB = 50;

/**
 * How much is to stand in Redis. What stands there comes before whoever is new, so it is no more than keeps everybody
 * busy until the next look: what was taken between two looks, and half as much again, be that two items or two thousand.
 */
export class Window {
  /** Items taken between two looks, of late. */
  #taken = 0;
  /** Items that stood after the last look. */
  #stood = 0;
  /** Looks in a row that found far too much. */
  #surplusLooks = 0;

  /**
   * @param standing items that stand now
   * @param free places in hands that nothing is on its way to
   * @returns how many more to offer
   */
  room(standing: number, free: number): number {
    this.#taken = Math.max(this.#stood - standing, this.#taken * MEMORY);
    this.#stood = standing;
    const enough = Math.max(LEAST, Math.ceil(this.#taken * SPARE));
    this.#surplusLooks = standing > SURPLUS * enough ? this.#surplusLooks + 1 : 0;
    const rush = standing > 0 ? 0 : Math.min(free, Math.max(RUSH, enough * RUSH_TIMES));
    return Math.max(0, Math.min(MOST, Math.max(enough, rush)) - standing);
  }

  offered(items: number): void {
    this.#stood += items;
  }

  /** What stands would keep everybody busy for long, and newcomers waiting: it is better withdrawn. */
  get isSurplus(): boolean {
    return this.#surplusLooks >= SURPLUS_LOOKS;
  }

  withdrawn(): void {
    this.#stood = 0;
    this.#surplusLooks = 0;
  }

  /** How many items a job is to carry. */
  get inJob(): number {
    return Math.min(MOST_IN_JOB, Math.max(1, Math.ceil(this.#taken / MOST_JOBS_TAKEN)));
  }
}
