import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Seal } from '#clients/seal.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { cachedAnswer, sharedAnswerCacheContract } from '#ports/cache.contract.ts';
import { RedisAnswerCache } from './redis-answer-cache.ts';
import type { RedisCacheSettings } from './redis-answer-cache.ts';

if (!hasRedis()) test('the second tier on Redis', { skip: 'Redis is not installed' });
else await keepContract();

async function keepContract(): Promise<void> {
  const redis = await startRedis({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' });
  const caches: RedisAnswerCache[] = [];
  after(async () => {
    for (const cache of caches) cache.close();
    await redis.remove();
  });
  const open = async (changes: Partial<RedisCacheSettings> = {}): Promise<RedisAnswerCache> => {
    const common = { url: redis.url, prefix: 'test', now: Date.now, random: Math.random, sealing: null };
    const patienceMs = 60_000;
    const cache = new RedisAnswerCache({ ...common, patienceMs, ...changes });
    caches.push(cache);
    await cache.ready();
    return cache;
  };
  const answer = { ...cachedAnswer(5, 'k', 'a word that nobody else says '.repeat(200)), expiresAt: 9e12 };
  const bytes = async (prefix: string) => String(await redis.command('get', `${prefix}:answers1:{5}:k`));

  sharedAnswerCacheContract(() => open());
  sharedAnswerCacheContract(() => open({ prefix: 'sealed', sealing: new Seal('a secret', 'cache') }));

  test('a long answer is compressed', async () => {
    await (await open({ prefix: 'long' })).keep({ answer, cacheVersion: 0 }, null);
    const length = Number(await redis.command('strlen', 'long:answers1:{5}:k'));
    assert.ok(length < answer.text.length / 5, `${length} bytes`);
  });

  test('a sealed answer cannot be read there, and opens under its key and its name only', async () => {
    const seal = new Seal('the secret', 'cache');
    const short = { ...answer, text: 'short and secret' };
    await (await open({ prefix: 's', sealing: seal })).keep({ answer: short, cacheVersion: 0 }, null);
    assert.doesNotMatch(await bytes('s'), /short and secret/);
    assert.equal(
      (await (await open({ prefix: 's', sealing: seal })).find(5, 'k'))?.answer.text,
      'short and secret',
    );
    const another = new Seal('another secret', 'cache');
    assert.equal(await (await open({ prefix: 's', sealing: another })).find(5, 'k'), null);
    assert.equal(await (await open({ prefix: 's' })).find(5, 'k'), null);
    await redis.command('copy', 's:answers1:{5}:k', 's:answers1:{6}:k');
    assert.equal(await (await open({ prefix: 's', sealing: seal })).find(6, 'k'), null);
  });

  test('where a key is set, what was not sealed is not believed, and neither is rubbish', async () => {
    await (await open({ prefix: 'mixed' })).keep({ answer, cacheVersion: 0 }, null);
    const sealing = new Seal('the secret', 'cache');
    assert.equal(await (await open({ prefix: 'mixed', sealing })).find(5, 'k'), null);
    for (const rubbish of ['', '1 1 1 z\nnot deflated', '1 1 1 p\n{"half":', '\u0000', 'x'.repeat(1_000)]) {
      await redis.command('set', 'mixed:answers1:{5}:k', rubbish);
      assert.equal(await (await open({ prefix: 'mixed' })).find(5, 'k'), null, JSON.stringify(rubbish));
    }
  });

  test('entries end before their answers do, and not all at once', async () => {
    const ends: number[] = [];
    for (const random of [0, 1]) {
      const cache = await open({ prefix: `ttl${random}`, random: () => random });
      await cache.keep({ answer: { ...answer, expiresAt: Date.now() + 1_000_000 }, cacheVersion: 0 }, null);
      ends.push(Number(await redis.command('pttl', `ttl${random}:answers1:{5}:k`)));
    }
    const [longest, shortest] = ends as [number, number];
    assert.ok(longest <= 1_000_000 && shortest <= 900_000 && shortest > 800_000, ends.join(', '));
  });

  test('counts that Redis threw out, both or one of them, begin anew, and a script that it lost is sent again', async () => {
    const cache = await open({ prefix: 'counted' });
    const keep = (key: string) => cache.keep({ answer: { ...answer, key }, cacheVersion: 0 }, 1e6);
    await keep('a');
    const one = await cache.bytesOf(5);
    for (const lost of [['#ends'], ['#sizes'], ['#ends', '#sizes']]) {
      await keep('b');
      for (const name of lost) await redis.command('del', `counted:answers1:{5}:${name}`);
      await redis.command('script', 'flush');
      await keep('c');
      assert.equal(await cache.bytesOf(5), one, lost.join(' '));
    }
  });

  test('a server that is away or hangs is an error within a moment, and is found again', async () => {
    const cache = await open({ prefix: 'away', patienceMs: 150 });
    await (await open({ prefix: 'away' })).keep({ answer, cacheVersion: 0 }, null);
    redis.freeze();
    await assert.rejects(cache.find(5, 'k'));
    redis.thaw();
    for (;;) {
      const found = await cache.find(5, 'k').catch(() => null);
      if (found !== null) break;
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  });
}
