import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { Books, CountingHands, engineContract } from '#ports/engine.contract.ts';
import type { EngineHands } from '#ports/engine.ts';
import { BullMqEngine } from './bullmq-engine.ts';

if (!hasRedis()) test('the engine on BullMQ', { skip: 'Redis is not installed' });
else await keepContract();

async function keepContract(): Promise<void> {
  const redis = await startRedis();
  after(() => redis.remove());
  /** A job that is left behind is taken for lost after half a minute. */
  const deadline = { timeout: 25_000 };
  let books: object | null = null;
  let installation = 0;

  test('a Redis that may throw out keys is refused, with what to do', async (t) => {
    await redis.command('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    t.after(() => redis.command('config', 'set', 'maxmemory-policy', 'noeviction'));
    const engine = new BullMqEngine({
      url: redis.url,
      prefix: 'test',
      items: { release: () => assert.fail() },
      offers: { next: () => assert.fail(), claim: () => assert.fail() },
      hands: { atOnce: () => 1, most: () => 1, perMs: () => 0, room: () => 1, carry: () => undefined },
      workerId: () => 1,
      clock: Date.now,
      log: () => undefined,
      pollMs: 100,
    });
    await assert.rejects(engine.start(), { code: 'redis_evicts', message: /maxmemory-policy noeviction/ });
  });

  test('an item that comes again before its last end is told leaves no job behind', deadline, async (t) => {
    const [world, hands] = [new Books(), new CountingHands(2)];
    const engine = await open(t, world, hands);
    world.submit(1);
    await engine.start();
    await hands.until(1);
    world.putBack(1);
    engine.wake();
    await hands.until(2);
    while (hands.inHand > 0) hands.finishOldest(world, engine);
    const active = `test${installation}:items:active`;
    while ((await redis.command('llen', active)) !== 0) await sleep(10);
  });

  engineContract('bullmq', open);

  async function open(t: TestContext, world: Books, hands: EngineHands): Promise<BullMqEngine> {
    // Processes on one store are one installation.
    if (world !== books) installation += 1;
    books = world;
    const engine = new BullMqEngine({
      url: redis.url,
      prefix: `test${installation}`,
      offers: world.offers,
      items: { release: world.release },
      hands,
      workerId: () => 1,
      clock: Date.now,
      log: () => undefined,
      pollMs: 100,
    });
    t.after(() => engine.close());
    return engine;
  }
}
