import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RedisAnswerCache } from '#adapters/cache/redis/redis-answer-cache.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { dropAnswers } from '#core/answers/drop-answers.ts';
import { AnswerWorld, latch } from './support/answers.ts';

const QUESTION = 'How much leave do I get?';
/** So long a cache is waited for where it is there: what is told here is what it holds, not how quick it is. */
const LONG_MS = 60_000;
/** Where it hangs. */
const SHORT_MS = 150;

if (!hasRedis()) test('the tier that processes share', { skip: 'Redis is not installed' });
else await tell();

async function tell(): Promise<void> {
  const redis = await startRedis({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' });
  after(() => redis.remove());
  let worlds = 0;

  /** Processes that share a file and a cache, and have no bus: what holds must hold without it. */
  function story(title: string, check: (world: Shared) => Promise<void>): void {
    test(title, { timeout: 240_000 }, async () => {
      const world = new AnswerWorld();
      const prefix = `world${(worlds += 1)}`;
      world.now = Date.now();
      const open = async (patienceMs = LONG_MS) => {
        const cache = new RedisAnswerCache({
          url: redis.url,
          prefix,
          now: () => world.now,
          random: Math.random,
          sealing: null,
          patienceMs,
        });
        const process = await world.open(30_000, cache);
        // Counted from a connection that is there.
        await cache.ready();
        const { projectId } = (await process.ask(QUESTION)).answer;
        return { ...process, projectId, counts: () => process.answering.second?.counts };
      };
      try {
        await check({ world, open, key: () => `${prefix}:answers1:{1}:${world.keyOf(QUESTION)}` });
      } finally {
        await world.close();
      }
    });
  }

  /** An entry is written while nobody waits for it. */
  const kept = async (key: string): Promise<void> => {
    while (Number(await redis.command('strlen', key)) < 100) await turn();
  };

  story('an answer that one process read is given by another from the shared tier', async (t) => {
    await t.open();
    const there = await t.open();
    await kept(t.key());
    const third = await t.open();
    assert.deepEqual(third.counts(), { hits: 1, misses: 0, behind: 0, failures: 0 });
    assert.equal((await third.ask(QUESTION)).cache.status, 'hit');
    assert.equal(t.world.generator.calls, 1);
    assert.equal((await there.ask(QUESTION)).answer.text, 'You get 26 days. [1]');
  });

  story('what the documents have overtaken is not given as fresh', async (t) => {
    await t.open();
    await t.open();
    await kept(t.key());
    t.world.publish('You get 27 days.');
    const third = await t.open();
    assert.equal(third.counts()?.behind, 1);
    assert.equal((await third.ask(QUESTION)).answer.text, 'You get 27 days. [1]');
    assert.equal(t.world.generator.calls, 2);
  });

  story('a purge holds although the shared tier was away and comes back with all it had', async (t) => {
    const here = await t.open();
    await t.open();
    await kept(t.key());
    redis.freeze();
    await dropAnswers(here.answering, here.projectId, {});
    redis.thaw();
    t.world.text = 'Made after the purge.';
    const third = await t.open();
    assert.equal(third.counts()?.behind, 1);
    assert.equal((await third.ask(QUESTION)).answer.text, 'Made after the purge. [1]');
  });

  story('a purge between the read of an answer and its way into the shared tier holds too', async (t) => {
    const here = await t.open();
    const { second } = here.answering;
    const versions = here.answering.versions.read(here.projectId);
    const look = await second?.look(here.projectId, t.world.keyOf(QUESTION), versions);
    const stale = (await here.ask(QUESTION)).answer;
    await dropAnswers(here.answering, here.projectId, {});
    second?.keep(stale, look?.cacheVersion ?? -1);
    await kept(t.key());
    t.world.text = 'Made after the purge.';
    assert.equal((await (await t.open()).ask(QUESTION)).answer.text, 'Made after the purge. [1]');
  });

  story('a refresh is what the next process gives, whether it could be told or not', async (t) => {
    const here = await t.open(SHORT_MS);
    await t.open();
    await kept(t.key());
    t.world.text = 'Told.';
    t.world.now += 5;
    await here.ask(QUESTION, 'refresh');
    assert.equal((await (await t.open()).ask(QUESTION)).answer.text, 'Told. [1]');
    await kept(t.key());
    t.world.text = 'Not told.';
    t.world.now += 5;
    redis.freeze();
    await here.ask(QUESTION, 'refresh');
    while ((await here.answering.store.projects.cacheVersion(here.projectId)) === 0) await turn();
    redis.thaw();
    assert.equal((await (await t.open()).ask(QUESTION)).answer.text, 'Not told. [1]');
  });

  story('away, emptied or full of rubbish, it costs nothing but the read of the store', async (t) => {
    const here = await t.open();
    const there = await t.open();
    await kept(t.key());
    await redis.command('set', t.key(), 'rubbish');
    for (const each of [here, there]) each.answering.tier.clear(each.projectId);
    assert.equal((await here.ask(QUESTION)).cache.status, 'hit');
    await redis.command('flushall');
    assert.equal((await there.ask(QUESTION)).cache.status, 'hit');
    await redis.stop();
    try {
      for (let n = 0; n < 5; n += 1) {
        here.answering.tier.clear(here.projectId);
        assert.equal((await here.ask(QUESTION)).cache.status, 'hit');
      }
      assert.ok((here.counts()?.failures ?? 0) >= 5);
    } finally {
      await redis.start();
    }
    assert.equal(t.world.generator.calls, 1);
  });

  story('cold asks of several processes at once make one generation', async (t) => {
    const processes = [await t.open(), await t.open(), await t.open()];
    const gate = latch();
    t.world.generator.gate = () => gate.opened;
    const asking = processes.flatMap(({ ask }) => [ask('Another question?'), ask('Another question?')]);
    while (t.world.generator.calls < 2) await turn();
    gate.open();
    const asked = await Promise.all(asking);
    assert.equal(t.world.generator.calls, 2);
    assert.equal(new Set(asked.map(({ answer }) => answer.id)).size, 1);
  });
}

interface Shared {
  readonly world: AnswerWorld;
  readonly open: (patienceMs?: number) => Promise<Process>;
  /** The entry of the question in Redis. */
  readonly key: () => string;
}

type Process = Awaited<ReturnType<AnswerWorld['open']>> & {
  readonly projectId: number;
  readonly counts: () =>
    | { readonly hits: number; readonly misses: number; readonly behind: number; readonly failures: number }
    | undefined;
};

const turn = () => new Promise((resolve) => setTimeout(resolve, 2));
