import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSlowPort } from '#clients/slow-port.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { RedisService } from './redis-service.ts';

if (!hasRedis()) test('a Redis that is watched', { skip: 'Redis is not installed' });
else await tell();

async function tell(): Promise<void> {
  const redis = await startRedis({ 'maxmemory-policy': 'noeviction' });
  after(() => redis.remove());

  async function open(t: { after(work: () => void): void }, url = redis.url): Promise<RedisService> {
    const service = new RedisService({ url, use: 'queue', prefix: 'test' });
    t.after(() => service.close());
    await answers(service);
    return service;
  }

  test('one that is full is no place for offers, and says what to do', async (t) => {
    const service = await open(t);
    await redis.command('config', 'set', 'maxmemory', '1');
    await assert.rejects(service.ping(), /it is full\. Raise its maxmemory/);
    await redis.command('config', 'set', 'maxmemory', '0');
    await service.ping();
  });

  test('nor is a replica', async (t) => {
    const service = await open(t);
    await redis.command('replicaof', '127.0.0.1', '1');
    await assert.rejects(service.ping(), /it is a replica, which takes no changes/);
    await redis.command('replicaof', 'no', 'one');
    // It was connected to anew: after a failover the name leads to another server.
    await answers(service);
  });

  test('nor one that answers late', async (t) => {
    const slow = await openSlowPort(Number(new URL(redis.url).port));
    t.after(() => slow.close());
    const service = await open(t, `redis://127.0.0.1:${slow.port}`);
    slow.delay(600);
    await assert.rejects(service.ping(), /it takes \d+ ms to answer|does not answer in time/);
    slow.delay(0);
  });
}

async function answers(service: RedisService): Promise<void> {
  for (;;) {
    const failure = await service.ping().catch((error: unknown) => error);
    if (failure === undefined) return;
    await sleep(10);
  }
}
