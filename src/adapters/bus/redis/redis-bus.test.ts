import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { busContract, gather } from '#ports/bus.contract.ts';
import { RedisBus } from './redis-bus.ts';

if (!hasRedis()) test('the bus on Redis', { skip: 'Redis is not installed' });
else await keepContract();

async function keepContract(): Promise<void> {
  const redis = await startRedis();
  after(() => redis.remove());
  let channels = 0;

  async function open(t: TestContext, pulseMs?: number) {
    const prefix = `test${(channels += 1)}`;
    const settings = {
      url: redis.url,
      prefix,
      log: () => undefined,
      ...(pulseMs === undefined ? {} : { pulseMs }),
    };
    const [here, there] = [new RedisBus(settings), new RedisBus(settings)];
    t.after(() => Promise.all([here.close(), there.close()]));
    while (!here.describe().isUp || !there.describe().isUp) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return { here, there };
  }

  busContract('redis', (t) => open(t));

  test(
    'a server that was away is found again, and whoever listens is told',
    { timeout: 240_000 },
    async (t) => {
      const { here, there } = await open(t);
      const [ours, theirs] = [gather(here), gather(there)];
      await redis.stop();
      here.publish({ kind: 'work' });
      await redis.start();
      assert.deepEqual([await ours.next(1), await theirs.next(1)], [['missed'], ['missed']]);
      // The connection that speaks may come back later than the one that listens; until then notices are lost.
      while (theirs.heard.length < 2) {
        here.publish({ kind: 'work' });
        await sleep(20);
      }
      assert.deepEqual(theirs.heard.slice(0, 2), ['missed', { kind: 'work' }]);
    },
  );

  test('a connection that went silent without an error is renewed', { timeout: 240_000 }, async (t) => {
    const { here } = await open(t, 100);
    const ours = gather(here);
    redis.freeze();
    while (here.describe().isUp) await sleep(20);
    redis.thaw();
    assert.deepEqual(await ours.next(1), ['missed']);
  });
}
