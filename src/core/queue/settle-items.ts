import { Fault } from '#domain/fault.ts';
import { batchOfItem } from '#domain/ids.ts';
import type { ItemError } from '#domain/item.ts';
import type { Settlement } from '#domain/outcome.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { requestOf } from './request-of.ts';

export interface SettlerDeps {
  readonly store: Pick<Store, 'items' | 'batches'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How many items of each batch this process has in hand. */
  readonly inHand: () => ReadonlyMap<number, number>;
  /** Batches whose items moved. */
  readonly onMoved: (batchIds: readonly number[]) => void;
  /** Batches that ended. */
  readonly onEnded: (batchIds: readonly number[]) => void;
}

const MOST_IN_GROUP = 1_000;
/** Between tries, twice as long each time, up to a second: then room on the disk is noticed soon. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Not the group's fault: the same group may succeed later. */
const PASSING = new Set(['store_busy', 'store_unreachable', 'disk_full', 'disk_failed', 'store_damaged']);

interface Waiting {
  readonly settlement: Settlement;
  readonly done: () => void;
}

/**
 * Settles finished items in groups: one flush at a time, and what finishes meanwhile makes the next group. So the
 * group grows just as large as the commits are slow.
 */
export class Settler {
  readonly #deps: SettlerDeps;
  #waiting: Waiting[] = [];
  #flushing = false;
  #isClosed = false;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
  }

  /** Resolves once it is recorded, or known to be late: then the item is out of this process's hands. */
  settle(settlement: Settlement): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ settlement, done });
      void this.#flush();
    });
  }

  /** Gives up what cannot be recorded: the leases bring it back. */
  close(): void {
    this.#isClosed = true;
  }

  async #flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    // What ends in this tick goes in together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST_IN_GROUP);
      await this.#record(group.map((waiting) => waiting.settlement));
      for (const waiting of group) waiting.done();
    }
    this.#flushing = false;
  }

  async #record(group: readonly Settlement[]): Promise<void> {
    for (let tries = 0; !this.#isClosed; tries += 1) {
      try {
        const { batchIds, late } = await this.#deps.store.items.settle(group, this.#deps.clock());
        this.#deps.onMoved(batchIds);
        // What is late may be our own: recorded before, and the reply lost. Then nobody has probed for the end yet.
        this.#end(this.#worthAProbe(group, [...new Set([...batchIds, ...late.map(batchOfItem)])]));
        return;
      } catch (error) {
        if (!(error instanceof Fault && PASSING.has(error.code))) return this.#recordApart(group, error);
        this.#deps.log('warn', 'settle_delayed', { code: error.code, items: group.length, tries });
        await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
      }
    }
  }

  /** One bad result (too large, a NUL byte) fails its own item and no other. */
  async #recordApart(group: readonly Settlement[], error: unknown): Promise<void> {
    if (group.length > 1) {
      for (const settlement of group) await this.#record([settlement]);
      // One by one, none of them looked like the last of its batch: the others were still in hand.
      this.#end(this.#worthAProbe(group, [...new Set(group.map(({ itemId }) => batchOfItem(itemId)))]));
      return;
    }
    const [settlement] = group as [Settlement];
    const ending = endingInstead(settlement, error);
    if (ending === null) {
      const { itemId } = settlement;
      const requestId = await requestOf(this.#deps.store.batches, batchOfItem(itemId));
      this.#deps.log('error', 'settle_refused', { itemId, requestId, why: messageOf(error) });
      return;
    }
    await this.#record([ending]);
  }

  /**
   * A batch of which more is in hand has not ended: whoever records the last of it probes. What leaves the hands
   * unrecorded is open again, or was moved by somebody who probes.
   */
  #worthAProbe(group: readonly Settlement[], batchIds: readonly number[]): readonly number[] {
    const inHand = this.#deps.inHand();
    const settled = Map.groupBy(group, ({ itemId }) => batchOfItem(itemId));
    return batchIds.filter((id) => (inHand.get(id) ?? 0) <= (settled.get(id)?.length ?? 0));
  }

  /** The end probe is posted now and shares the next group's commit. */
  #end(batchIds: readonly number[]): void {
    if (batchIds.length === 0) return;
    this.#deps.store.batches.end(batchIds, this.#deps.clock()).then(
      (ended) => {
        if (ended.length > 0) this.#deps.onEnded(ended);
      },
      (error: unknown) => this.#deps.log('warn', 'end_delayed', { why: String(error) }),
    );
  }
}

/** Says less than anything the store could refuse for what it says. */
const PLAIN: ItemError = {
  code: 'error_refused',
  message: 'It failed, and what it said could not be stored.',
};

/** How an item ends whose own ending the store refuses; null when nothing is left to try. */
function endingInstead({ itemId, generation, ...refused }: Settlement, why: unknown): Settlement | null {
  const { outcome } = refused;
  if (outcome.kind === 'failed') {
    if (outcome.error.code === PLAIN.code) return null;
    return { itemId, generation, outcome: { kind: 'failed', error: PLAIN } };
  }
  if (!(why instanceof Fault && why.kind === 'conflict')) {
    const message = `The result could not be stored: ${messageOf(why)}`.slice(0, 2_000).replaceAll('\0', '');
    return { itemId, generation, outcome: { kind: 'failed', error: { code: 'result_refused', message } } };
  }
  const error = { code: why.code, message: why.message };
  const availableAt = 'retryAt' in refused ? refused.retryAt : undefined;
  return availableAt === undefined
    ? { itemId, generation, outcome: { kind: 'failed', error } }
    : { itemId, generation, outcome: { kind: 'retry', error, availableAt } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
