import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

/**
 * This process's clock, set by the store's: leases, backoffs and paces then mean the same on every machine. Machines
 * whose clocks differ are the rule; one that is a minute off would else take its neighbours' work.
 */
export class StoreClock {
  readonly #store: Pick<Store, 'now'>;
  #offsetMs = 0;

  constructor(store: Pick<Store, 'now'>) {
    this.#store = store;
  }

  /** Set anew now and then: clocks drift. */
  async set(): Promise<void> {
    const asked = Date.now();
    const theirs = await this.#store.now();
    // Half of the way there and back.
    this.#offsetMs = Math.round(theirs - (asked + Date.now()) / 2);
  }

  readonly now: Clock = () => Date.now() + this.#offsetMs;
}
