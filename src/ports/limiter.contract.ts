import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Limit, Limiter, Permit } from './limiter.ts';

/** Another name for each fact: what one leaves behind is not there for the next. */
const LIMIT = { calls: 3, windowMs: 40 };
let names = 0;

/** What every limiter promises. Times are compared with what the calls themselves saw, never with the clock of the test. */
export function limiterContract(name: string, limiter: Limiter): void {
  const begin = () => {
    const limit: Limit = { ...LIMIT, name: `x${(names += 1)}` };
    const take = async (isUrgent = false, signal = AbortSignal.timeout(120_000)): Promise<Permit> => {
      const permit = await limiter.take(limit, { signal, isUrgent, patienceMs: 120_000 });
      assert.ok(permit !== null);
      return permit;
    };
    return { limit, take };
  };

  describe(`${name} keeps the contract of limiters`, () => {
    test('no window sees more calls than it may, whenever in their time they arrive', async () => {
      const { take } = begin();
      const arrivals: number[] = [];
      await Promise.all(
        Array.from({ length: 15 }, async (_, i) => {
          const permit = await take();
          // Some arrive at once, others late in the time that their call takes.
          if (i % 2 === 0) arrivals.push(performance.now());
          await new Promise((resolve) => {
            setTimeout(resolve, 10 * (i % 3));
          });
          if (i % 2 === 1) arrivals.push(performance.now());
          permit.done();
        }),
      );
      arrivals.sort((a, b) => a - b);
      arrivals.forEach((at, i) => {
        const fourth = arrivals[i + LIMIT.calls];
        assert.ok(
          fourth === undefined || fourth - at >= LIMIT.windowMs,
          `4 calls within ${Number(fourth) - at} ms`,
        );
      });
    });

    test('who is waited for goes before what is done ahead of time', async () => {
      const { take } = begin();
      const order: string[] = [];
      const run = async (what: string, isUrgent: boolean): Promise<void> => {
        const permit = await take(isUrgent);
        order.push(what);
        permit.done();
      };
      await Promise.all(
        'abcdef'
          .split('')
          .map((what) => run(what, false))
          .concat(run('urgent', true)),
      );
      assert.equal(order[0], 'urgent');
    });

    test('while it is held nobody gets through, and everybody after', async () => {
      const { limit, take } = begin();
      (await take()).done();
      const until = Date.now() + 80;
      limiter.hold(limit.name, until);
      assert.ok([until, 0].includes(limiter.heldUntil(limit.name)), '0 when it took so long to look');
      (await take()).done();
      assert.ok(Date.now() >= until - 1);
      assert.equal(limiter.heldUntil(limit.name), 0);
    });

    test('who does not want to wait for a hold is told at once, and so is who stands in line', async () => {
      const { limit, take } = begin();
      const held = await Promise.all([take(), take(), take()]);
      const wanting = { signal: AbortSignal.timeout(120_000), isUrgent: false, patienceMs: 1_000 };
      const inLine = limiter.take(limit, wanting);
      const until = Date.now() + 600_000;
      limiter.hold(limit.name, until);
      assert.equal(await inLine, null);
      assert.equal(await limiter.take(limit, wanting), null);
      assert.equal(limiter.heldUntil(limit.name), until);
      for (const permit of held) permit.done();
    });

    test('who gives up leaves the line', async () => {
      const { take } = begin();
      const held = await Promise.all([take(), take(), take()]);
      const stop = new AbortController();
      const waiting = take(false, stop.signal);
      const after = take();
      stop.abort(new Error('enough'));
      await assert.rejects(waiting, /enough/);
      for (const permit of held) permit.done();
      (await after).done();
    });
  });
}
