import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Limit, Limiter, Permit } from './limiter.ts';

const LIMIT: Limit = { name: 'x', calls: 3, windowMs: 40 };

/** What every limiter promises. Times are compared with what the calls themselves saw, never with the clock of the test. */
export function limiterContract(name: string, open: () => Limiter): void {
  const take = (limiter: Limiter, isUrgent = false, signal = AbortSignal.timeout(120_000)): Promise<Permit> =>
    limiter.take(LIMIT, { signal, isUrgent });

  describe(`${name} keeps the contract of limiters`, () => {
    test('no window sees more calls than it may, whenever in their time they arrive', async () => {
      const limiter = open();
      const arrivals: number[] = [];
      await Promise.all(
        Array.from({ length: 15 }, async (_, i) => {
          const permit = await take(limiter);
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
      const limiter = open();
      const order: string[] = [];
      const run = async (what: string, isUrgent: boolean): Promise<void> => {
        const permit = await take(limiter, isUrgent);
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
      const limiter = open();
      (await take(limiter)).done();
      const until = Date.now() + 250;
      limiter.hold(LIMIT.name, until);
      assert.equal(limiter.heldUntil(LIMIT.name), until);
      (await take(limiter)).done();
      assert.ok(Date.now() >= until - 1);
      assert.equal(limiter.heldUntil(LIMIT.name), 0);
    });

    test('who gives up leaves the line', async () => {
      const limiter = open();
      const held = await Promise.all([take(limiter), take(limiter), take(limiter)]);
      const stop = new AbortController();
      const waiting = take(limiter, false, stop.signal);
      const after = take(limiter);
      stop.abort(new Error('enough'));
      await assert.rejects(waiting, /enough/);
      for (const permit of held) permit.done();
      (await after).done();
    });
  });
}
