import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import type { Quota } from '#domain/quota.ts';
import { quotasContract } from '#ports/quotas.contract.ts';
import { RedisQuotas } from './redis-quotas.ts';

if (!hasRedis()) test('quotas on Redis', { skip: 'Redis is not installed' });
else await keepContract();

async function keepContract(): Promise<void> {
  const redis = await startRedis();
  after(() => redis.remove());
  let prefixes = 0;
  const fresh = (): string => `test${(prefixes += 1)}`;
  const open = (prefix: string, now: () => number, processes = 1) =>
    RedisQuotas.open({ url: redis.url, prefix, now, processes: () => processes });

  quotasContract('RedisQuotas', (now) => open(fresh(), now));

  test('four processes together are never let in more often than a window allows', async () => {
    const program = new URL('./spend-quotas.test-process.ts', import.meta.url).pathname;
    const run = promisify(execFile);
    const settings = [program, redis.url, fresh(), '2200'];
    const said = await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, settings)));
    const all = said.map(({ stdout }) => JSON.parse(stdout) as Record<'few' | 'many' | 'sliding', number[]>);
    const few = countByWindow(all.flatMap((each) => each.few));
    assert.ok(
      Math.max(...few) === 7,
      `a window that is wanted is used whole, and not more: ${few.join(' ')}`,
    );
    const many = countByWindow(all.flatMap((each) => each.many));
    assert.ok(Math.max(...many) <= 5_000, many.join(' '));
    const sliding = all.flatMap((each) => each.sliding).toSorted((a, b) => a - b);
    assert.ok(sliding.length >= 10);
    sliding.forEach((at, i) => {
      const next = sliding[i + 10];
      assert.ok(next === undefined || next - at >= 1_000, `11 within ${Number(next) - at} ms`);
    });
  });

  test('while Redis is away each of four takes a quarter, and what it took counts when Redis is back', async () => {
    const clock = { now: Date.UTC(2026, 10, 26) };
    const prefix = fresh();
    const four = await Promise.all(Array.from({ length: 4 }, () => open(prefix, () => clock.now, 4)));
    const quota: Quota = { scope: 'project', subject: 'project:1', calls: 40, per: 'hour', isSliding: false };
    const most = async (quotas: RedisQuotas): Promise<number> => {
      let calls = 0;
      while ((await quotas.spend([quota])).isAllowed) calls += 1;
      return calls;
    };
    try {
      for (let calls = 0; calls < 8; calls += 1) await four[0]?.spend([quota]);
      await redis.stop();
      const taken = [];
      for (const quotas of four) taken.push(await most(quotas));
      assert.deepEqual(taken, [8, 10, 10, 10], 'of what each knew to be left');
      assert.deepEqual(four[0]?.describe(), { kind: 'redis', isUp: false, processes: 4 });
      clock.now += 3_600_000;
      const next = [];
      for (const quotas of four.slice(0, 3)) next.push(await most(quotas));
      assert.deepEqual(next, [10, 10, 10]);
      await redis.start();
      while (four.some((quotas) => !quotas.describe().isUp))
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(await most(four[3] as RedisQuotas), 10, 'the three had taken 30 of 40');
      assert.deepEqual(
        (await four[0]?.uses())?.map(({ used }) => used),
        [40],
      );
    } finally {
      await Promise.all(four.map((quotas) => quotas.close()));
    }
  });
}

function countByWindow(arrivals: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const at of arrivals)
    counts.set(Math.floor(at / 1_000), (counts.get(Math.floor(at / 1_000)) ?? 0) + 1);
  return [...counts.values()];
}
