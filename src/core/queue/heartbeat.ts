import { HEARTBEAT_MS } from '#domain/worker.ts';
import type { Hands } from './hands.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { NewWorker } from '#ports/store/workers.ts';
import type { Store } from '#ports/store/store.ts';

export interface HeartbeatDeps {
  readonly store: Pick<Store, 'workers' | 'items'>;
  readonly hands: Hands;
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: NewWorker;
  /** Somebody asked this process to finish what it has and take no more. Called with each beat from then on. */
  readonly onDrain: () => void;
}

/** Two that find an item astray release it; the first may come too early. */
const LOOKS = 3;
const TICKS = HEARTBEAT_MS / 1_000;

/** Keeps this process's lease, and its hands and the store's books in step. */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #workerId = 0;
  #strays: ReadonlySet<string> = new Set();
  #looks = 0;
  #ticks = 0;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  get workerId(): number {
    return this.#workerId;
  }

  async register(): Promise<void> {
    this.#workerId = await this.#deps.store.workers.register(this.#deps.identity, this.#deps.clock());
  }

  /** A claim failed, and may have been made all the same. */
  suspect(): void {
    this.#looks = LOOKS;
  }

  /** To be called each second; beats when it is time, and soon after a claim whose reply may have been lost. */
  async tick(): Promise<void> {
    this.#ticks += 1;
    if (this.#looks === 0 && this.#ticks < TICKS) return;
    this.#looks = Math.max(0, this.#looks - 1);
    await this.beat();
  }

  async beat(): Promise<void> {
    const { store, hands, clock, log } = this.#deps;
    this.#ticks = 0;
    const beat = await store.workers.beat(this.#workerId, clock());
    if (beat === null) {
      // Asleep past the lease: what was in hand is others' by now.
      log('warn', 'lease_lost', { workerId: this.#workerId });
      hands.abort('all', new Error('The lease of this process ran out.'));
      return this.register();
    }
    if (beat.isDraining) this.#deps.onDrain();
    const booked = beat.held;
    const owned = new Map(booked.map((held) => [held.id, held.generation]));
    const inHand = new Map(hands.held().map((held) => [held.id, held.generation]));
    for (const [id, generation] of inHand) {
      if (owned.get(id) !== generation) hands.abort({ itemId: id }, new Error('The item was taken away.'));
    }
    await this.#releaseStrays(booked.filter((held) => inHand.get(held.id) !== held.generation));
  }

  /**
   * Items leased to us that we do not hold: the reply to their claim was lost. A claim may be on its way back right
   * now, so an item is released only when two beats in a row find it astray.
   */
  async #releaseStrays(strays: readonly { id: number; generation: number }[]): Promise<void> {
    const lost = strays.filter((held) => this.#strays.has(`${held.id}/${held.generation}`));
    this.#strays = new Set(strays.map((held) => `${held.id}/${held.generation}`));
    if (lost.length === 0) return;
    this.#deps.log('warn', 'claims_released', { items: lost.length });
    await this.#deps.store.items.release(lost, this.#deps.clock());
  }
}
