import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { engineContract } from '#ports/engine.contract.ts';
import { BullMqEngine } from './bullmq-engine.ts';

if (!hasRedis()) test('the engine on BullMQ', { skip: 'Redis is not installed' });
else await keepContract();

async function keepContract(): Promise<void> {
  const redis = await startRedis();
  after(() => redis.remove());
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
      hands: { most: () => 1, runMs: () => 1_000, room: () => 1, carry: () => undefined },
      workerId: () => 1,
      clock: Date.now,
      log: () => undefined,
      pollMs: 100,
    });
    await assert.rejects(engine.start(), { code: 'redis_evicts', message: /maxmemory-policy noeviction/ });
  });

  engineContract('bullmq', async (t, world, hands) => {
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
  });
}
