import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WINDOW_MS } from '#domain/quota.ts';
import type { Quota, WindowName } from '#domain/quota.ts';
import type { Quotas } from './quotas.ts';

type Open = (now: () => number) => Promise<Quotas>;

/** What every counter of quotas promises, by a clock that the test turns. */
export function quotasContract(name: string, open: Open): void {
  const fact = (title: string, check: (quotas: Quotas, clock: { now: number }) => Promise<void>): void => {
    test(title, async () => {
      const clock = { now: START };
      const quotas = await open(() => clock.now);
      try {
        await check(quotas, clock);
      } finally {
        await quotas.close();
      }
    });
  };
  const allowed = async (quotas: Quotas, ...spent: readonly Quota[]): Promise<boolean> =>
    (await quotas.spend(spent)).isAllowed;

  describe(`${name} keeps the contract of quotas`, () => {
    fact(
      'a window lets in as many as it may, one by one or all at once, and the next one anew',
      async (quotas, clock) => {
        for (const per of ['second', 'minute', 'hour', 'day'] as const) {
          const quota = quotaOf(5, per);
          clock.now = startOf(per);
          const asked = await Promise.all(Array.from({ length: 12 }, () => allowed(quotas, quota)));
          assert.equal(asked.filter(Boolean).length, 5, per);
          clock.now += WINDOW_MS[per] - 1;
          assert.equal(await allowed(quotas, quota), false);
          clock.now += 1;
          for (let at = 1; at <= 6; at += 1)
            assert.equal(await allowed(quotas, quota), at <= 5, `${per} ${at}`);
        }
      },
    );

    fact('a call that one quota refuses takes nothing from another', async (quotas) => {
      const [wide, narrow] = [quotaOf(3, 'minute'), quotaOf(1, 'hour')];
      assert.equal(await allowed(quotas, wide, narrow), true);
      for (let tries = 0; tries < 3; tries += 1) assert.equal(await allowed(quotas, wide, narrow), false);
      assert.deepEqual(
        [await allowed(quotas, wide), await allowed(quotas, wide), await allowed(quotas, wide)],
        [true, true, false],
      );
    });

    fact('it tells what is left, and when there is more', async (quotas, clock) => {
      clock.now = startOf('minute') + 20_000;
      const quota = quotaOf(2, 'minute');
      const first = await quotas.spend([quota]);
      assert.deepEqual(first, { isAllowed: true, states: [{ quota, left: 1, resetMs: 40_000 }] });
      await quotas.spend([quota]);
      const third = await quotas.spend([quota]);
      assert.deepEqual(third, { isAllowed: false, states: [{ quota, left: 0, resetMs: 40_000 }] });
    });

    fact('no sliding window sees more than it may, wherever it begins', async (quotas, clock) => {
      const quota = { ...quotaOf(7, 'minute'), isSliding: true };
      const arrivals: number[] = [];
      const random = dice(4_711);
      for (let calls = 0; calls < 400; calls += 1) {
        clock.now += Math.floor(random() ** 3 * 9_000);
        if (await allowed(quotas, quota)) arrivals.push(clock.now);
      }
      assert.ok(arrivals.length > 60, `${arrivals.length} were let in`);
      arrivals.forEach((at, i) => {
        const eighth = arrivals[i + 7];
        assert.ok(eighth === undefined || eighth - at >= 60_000, `8 within ${Number(eighth) - at} ms`);
      });
      const { states } = await quotas.spend([quota]);
      clock.now += states[0]?.resetMs ?? 0;
      assert.equal(await allowed(quotas, quota), true, 'there is more when it says so');
    });

    fact('what is in use is listed, and forgotten with its project', async (quotas) => {
      const mine = quotaOf(9, 'hour', 'user:7:alice');
      const other = quotaOf(9, 'hour', 'user:77:alice');
      const key = { ...quotaOf(9, 'hour', 'key:7'), scope: 'key' as const };
      for (const quota of [mine, mine, other, key]) await quotas.spend([quota]);
      const used = async () =>
        (await quotas.uses()).map(({ id, used: calls }) => `${calls} ${id}`).toSorted();
      assert.deepEqual(await used(), [
        '1 aligned|hour|key:7',
        '1 aligned|hour|user:77:alice',
        '2 aligned|hour|user:7:alice',
      ]);
      await quotas.forget(7);
      assert.deepEqual(await used(), ['1 aligned|hour|key:7', '1 aligned|hour|user:77:alice']);
    });

    fact('a limit that was lowered counts what was let in before', async (quotas) => {
      const quota = quotaOf(5, 'day');
      for (let calls = 0; calls < 3; calls += 1) await quotas.spend([quota]);
      assert.equal(await allowed(quotas, { ...quota, calls: 3 }), false);
      assert.equal(await allowed(quotas, { ...quota, calls: 4 }), true);
    });
  });
}

const START = Date.UTC(2026, 10, 26);

function startOf(per: WindowName): number {
  return START + 2 * WINDOW_MS[per];
}

function quotaOf(calls: number, per: WindowName, subject = 'user:1:bob'): Quota {
  return { scope: 'user', subject, calls, per, isSliding: false };
}

function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
