import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ClaimedItem, Held } from '#domain/outcome.ts';
import type { Engine, EngineHands } from './engine.ts';
import type { Claim, ClaimRequest } from './store/items.ts';
import type { OfferClaim, OfferRequest, Offerable } from './store/offers.ts';

/** Opens an engine of one more process beside those of the same books. */
export type OpenEngine = (t: TestContext, books: Books, hands: EngineHands) => Promise<Engine>;

/** What every engine does, whatever carries its hints. */
export function engineContract(name: string, open: OpenEngine): void {
  describe(`${name} keeps the contract of an engine`, () => {
    test('what is pending is brought, each item once and never more than there is room for', async (t) => {
      const books = new Books();
      const hands = new CountingHands(4);
      const engine = await open(t, books, hands);
      books.submit(50);
      await engine.start();
      await hands.until(4);
      assert.equal(hands.inHand, 4);
      while (books.recorded.length < 50) {
        await hands.until(1);
        hands.finishOldest(books, engine);
        assert.ok(hands.inHand <= 4);
      }
      assert.deepEqual(
        books.recorded.toSorted((a, b) => a - b),
        Array.from({ length: 50 }, (_, i) => i + 1),
      );
    });

    test('what becomes pending later is brought when the engine is woken', async (t) => {
      const books = new Books();
      const hands = new CountingHands(4);
      const engine = await open(t, books, hands);
      await engine.start();
      for (const count of [1, 3]) {
        books.submit(count);
        engine.wake();
        await hands.until(count);
        while (hands.inHand > 0) hands.finishOldest(books, engine);
      }
    });

    test('an engine that is stopped brings nothing, and started again it goes on', async (t) => {
      const books = new Books();
      const hands = new CountingHands(2);
      const engine = await open(t, books, hands);
      books.submit(6);
      await engine.start();
      await hands.until(2);
      await engine.stop();
      while (hands.inHand > 0) hands.finishOldest(books, engine);
      engine.wake();
      const before = books.claims;
      await engine.start();
      await hands.until(2);
      assert.ok(books.claims > before);
      assert.equal(books.claimedTwice, 0);
    });

    test('several processes share what is there, and each item goes to one', async (t) => {
      const books = new Books();
      const all = await Promise.all(
        [1, 2, 3].map(async () => {
          const hands = new CountingHands(5);
          return { hands, engine: await open(t, books, hands) };
        }),
      );
      books.submit(300);
      await Promise.all(all.map(({ engine }) => engine.start()));
      const work = async ({ hands, engine }: (typeof all)[number]): Promise<void> => {
        while (books.recorded.length < 300) {
          await Promise.race([hands.until(1), books.allRecorded(300)]);
          if (hands.inHand > 0) hands.finishOldest(books, engine);
        }
      };
      await Promise.all(all.map(work));
      assert.equal(new Set(books.recorded).size, 300);
      assert.equal(books.claimedTwice, 0);
    });

    test('what was taken away meanwhile is not brought, and holds up nobody', async (t) => {
      const books = new Books();
      const hands = new CountingHands(1);
      const engine = await open(t, books, hands);
      books.submit(20);
      await engine.start();
      await hands.until(1);
      books.cancel(2, 19);
      hands.finishOldest(books, engine);
      while (!books.recorded.includes(20)) {
        await hands.until(1);
        hands.finishOldest(books, engine);
      }
      assert.equal(books.ranCancelled, 0);
    });

    test('claims that fail are made again', async (t) => {
      const books = new Books();
      const hands = new CountingHands(3);
      const engine = await open(t, books, hands);
      books.submit(3);
      books.failures = 2;
      await engine.start();
      await hands.until(3);
      assert.equal(books.failures, 0);
    });
  });
}

/** The store, as far as engines see it: which items are pending, and whose claims count. */
export class Books {
  readonly recorded: number[] = [];
  readonly #pending = new Set<number>();
  readonly #taken = new Set<number>();
  readonly #cancelled = new Set<number>();
  #last = 0;
  #ring: (() => void)[] = [];
  claims = 0;
  claimedTwice = 0;
  ranCancelled = 0;
  /** So many claims are yet to fail. */
  failures = 0;

  submit(count: number): void {
    for (let n = 0; n < count; n += 1) this.#pending.add((this.#last += 1));
  }

  cancel(from: number, to: number): void {
    for (let id = from; id <= to; id += 1) {
      if (this.#pending.delete(id)) this.#cancelled.add(id);
    }
  }

  /** As a retry does: it is pending again before those who held it hear that it is recorded. */
  putBack(id: number): void {
    this.#taken.delete(id);
    this.#pending.add(id);
  }

  record(item: Held): void {
    if (this.#cancelled.has(item.id)) this.ranCancelled += 1;
    this.recorded.push(item.id);
    for (const ring of this.#ring.splice(0)) ring();
  }

  async allRecorded(count: number): Promise<void> {
    while (this.recorded.length < count) {
      await new Promise<void>((resolve) => {
        this.#ring.push(resolve);
      });
    }
  }

  readonly items = {
    claim: (request: ClaimRequest): Promise<Claim> =>
      this.#answer(() => ({
        items: this.#take([...this.#pending].slice(0, request.limit)),
        nextDueAt: null,
      })),
  };

  /** What was claimed and not begun is pending again. */
  readonly release = (held: readonly Held[]): Promise<void> => {
    for (const { id } of held) {
      this.#taken.delete(id);
      this.#pending.add(id);
    }
    return Promise.resolve();
  };

  readonly offers = {
    next: ({ limit, offered }: OfferRequest): Promise<Offerable> => {
      const known = new Set(offered);
      const itemIds = [...this.#pending].filter((id) => !known.has(id)).slice(0, limit);
      const open = offered.filter((id) => this.#pending.has(id));
      return Promise.resolve({ itemIds, open, nextDueAt: null });
    },
    claim: ({ itemIds }: OfferClaim): Promise<readonly ClaimedItem[]> =>
      this.#answer(() => this.#take(itemIds.filter((id) => this.#pending.has(id)))),
  };

  #answer<T>(work: () => T): Promise<T> {
    this.claims += 1;
    if (this.failures === 0) return Promise.resolve(work());
    this.failures -= 1;
    return Promise.reject(new Error('The store is away.'));
  }

  #take(ids: readonly number[]): ClaimedItem[] {
    return ids.map((id) => {
      if (this.#taken.has(id)) this.claimedTwice += 1;
      this.#taken.add(id);
      this.#pending.delete(id);
      return { id, batchId: 1, projectId: 1, generation: 1 } as ClaimedItem;
    });
  }
}

/** Hands that hold so many items and run none: the test ends them. */
export class CountingHands implements EngineHands {
  readonly #most: number;
  readonly #held: { item: ClaimedItem; onGone: ((item: Held) => void) | undefined }[] = [];
  #ring: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get inHand(): number {
    return this.#held.length;
  }

  atOnce(): number {
    return this.#most;
  }

  most(): number {
    return this.#most;
  }

  /** Slow, so that nothing is worth having ahead. */
  perMs(): number {
    return 0;
  }

  room(): number {
    return this.#most - this.#held.length;
  }

  carry(items: readonly ClaimedItem[], onGone?: (item: Held) => void): void {
    for (const item of items) this.#held.push({ item, onGone });
    for (const ring of this.#ring.splice(0)) ring();
  }

  finishOldest(books: Books, engine: Engine): void {
    const held = this.#held.shift();
    if (held === undefined) return;
    books.record(held.item);
    held.onGone?.(held.item);
    engine.wake();
  }

  /** Resolves once at least so many are in hand. */
  async until(count: number): Promise<void> {
    while (this.#held.length < count) {
      await new Promise<void>((resolve) => {
        this.#ring.push(resolve);
      });
    }
  }
}
