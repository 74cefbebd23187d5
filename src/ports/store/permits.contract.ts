import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Limit } from '../limiter.ts';
import type { OpenStore } from './facts.contract.ts';
import type { CallPermit, PermitsTaken } from './permits.ts';
import type { Store } from './store.ts';

const LIMIT: Limit = { name: 'source', calls: 3, windowMs: 20 };
const LONG_MS = 600_000;

/** What every store of permits must do. Its clock is its own, so what counts for a while is waited for. */
export function permitsContract(name: string, open: OpenStore): void {
  const withPermits = (title: string, check: (take: Taking, store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const opened = await open();
      try {
        await check(takerOf(opened.store), opened.store);
      } finally {
        await opened.close();
      }
    });

  withPermits('a limit has as many places as calls, and each counts for a window first', async (take) => {
    const first = await take.now({ calls: 10 });
    assert.deepEqual(first.permits, []);
    assert.ok(first.waitMs > 0 && first.waitMs <= LIMIT.windowMs);
    const taken = await take.all(10);
    assert.deepEqual(
      taken.map(({ place }) => place).toSorted((a, b) => a - b),
      [0, 1, 2],
    );
    const none = await take.now();
    assert.deepEqual([none.permits, none.heldMs], [[], 0]);
    assert.ok(none.waitMs > LIMIT.windowMs, 'all are on their way');
  });

  withPermits('however many ask at once, a place is given once', async (take) => {
    await take.open();
    const all = await Promise.all(Array.from({ length: 12 }, () => take.now()));
    const places = all.flatMap(({ permits }) => permits.map(({ place }) => place));
    assert.equal(new Set(places).size, places.length);
    assert.ok(places.length <= LIMIT.calls);
  });

  withPermits(
    'a place that was given back counts for as long as was said, and then is free',
    async (take, store) => {
      const [permit] = await take.all(3);
      await store.permits.end([permit as CallPermit], LONG_MS);
      assert.ok((await take.now()).waitMs > LIMIT.windowMs);
      await store.permits.end([permit as CallPermit], 0);
      const [again] = await take.all(1);
      assert.deepEqual(again, { ...permit, generation: (permit?.generation ?? 0) + 1 });
    },
  );

  withPermits('who lost a place changes nothing for who has it now', async (take, store) => {
    await take.all(2);
    const [lost] = await take.all(1, 1);
    const [won] = await take.all(1);
    assert.equal(won?.place, lost?.place);
    await store.permits.end([lost as CallPermit], 0);
    await store.permits.renew([lost as CallPermit], 0);
    assert.deepEqual((await take.now()).permits, []);
  });

  withPermits('a renewed place is kept beyond its lease', async (take, store) => {
    const taken = await take.all(3, LONG_MS / 2);
    await store.permits.renew(taken, LONG_MS);
    assert.ok((await take.now()).waitMs > LONG_MS / 2);
  });

  withPermits(
    'while a limit is held there is no place, and a shorter hold does not end it',
    async (take, store) => {
      await take.open();
      await store.permits.hold(LIMIT.name, LONG_MS);
      await store.permits.hold(LIMIT.name, 1);
      const { permits, heldMs } = await take.now({ isUrgent: true });
      assert.deepEqual(permits, []);
      assert.ok(heldMs > LONG_MS / 2 && heldMs <= LONG_MS);
      assert.equal((await take.all(1, LONG_MS, { ...LIMIT, name: 'another' })).length, 1);
    },
  );

  withPermits('while somebody is waited for, what is done ahead of time stands back', async (take, store) => {
    const taken = await take.all(3);
    await take.now({ isUrgent: true });
    await store.permits.end(taken, 0);
    assert.deepEqual((await take.now()).permits, []);
    assert.equal((await take.now({ isUrgent: true })).permits.length, 1);
    assert.equal((await take.now()).permits.length, 1);
  });

  withPermits('what dead processes held is given back together', async (take, store) => {
    await take.all(3);
    await store.permits.release(0);
    assert.equal((await take.all(3)).length, 3);
  });
}

interface Taking {
  /** One attempt. */
  now(want?: { calls?: number; isUrgent?: boolean }): Promise<PermitsTaken>;
  /** Attempts until there are so many, or all. */
  all(calls: number, leaseMs?: number, limit?: Limit): Promise<CallPermit[]>;
  /** Waits until all places are free. */
  open(): Promise<void>;
}

function takerOf({ permits }: Store): Taking {
  const all: Taking['all'] = async (calls, leaseMs = LONG_MS, limit = LIMIT) => {
    const taken: CallPermit[] = [];
    while (taken.length < Math.min(calls, limit.calls)) {
      const want = { calls: calls - taken.length, isUrgent: false, leaseMs };
      const got = await permits.take(limit, want);
      taken.push(...got.permits);
      if (got.permits.length === 0) await new Promise((resolve) => setTimeout(resolve, got.waitMs));
    }
    return taken;
  };
  return {
    now: (want) => permits.take(LIMIT, { calls: 1, isUrgent: false, leaseMs: LONG_MS, ...want }),
    all,
    async open() {
      await permits.end(await all(LIMIT.calls), 0);
    },
  };
}
