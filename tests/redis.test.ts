import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import type { TestQueue } from './support/queue.ts';

/** Items of the small project beside a large one. */
const SMALL = 15;

if (!hasRedis()) test('the queue with Redis', { skip: 'Redis is not installed' });
else await tell();

async function tell(): Promise<void> {
  const redis = await startRedis();
  after(() => redis.remove());

  /** A queue whose items take so long, with a Redis. */
  async function open(
    t: TestContext,
    itemMs: number,
  ): Promise<TestQueue & { readonly runs: Map<string, number> }> {
    const runs = new Map<string, number>();
    const queue = await openTestQueue({
      environment: { REDIS_URL: redis.url, PREHEAT_CONCURRENCY: '4' },
      run: async ({ question }) => {
        runs.set(question, (runs.get(question) ?? 0) + 1);
        if (itemMs > 0) await sleep(itemMs);
        return DONE;
      },
    });
    t.after(() => queue.close());
    return { ...queue, runs };
  }

  async function endsWhole(
    queue: TestQueue & { readonly runs: Map<string, number> },
    id: number,
    items: number,
  ) {
    await queue.ended(id);
    const books = await queue.store.batches.recount(id);
    assert.deepEqual(books?.kept, books?.counted);
    assert.equal(books?.counted.completed, items);
    assert.deepEqual([queue.runs.size, Math.max(...queue.runs.values())], [items, 1]);
  }

  /** Jobs that wait in Redis. */
  async function standing(): Promise<number> {
    const lists = (await redis.command('keys', '*:items:wait')) as string[];
    const lengths = await Promise.all(lists.map((list) => redis.command('llen', list)));
    return lengths.reduce<number>((sum, length) => sum + Number(length), 0);
  }

  const soon = { timeout: 240_000 };

  test('items come through Redis, and nothing of them is left there', soon, async (t) => {
    const queue = await open(t, 0);
    assert.equal((await queue.health()).engine, 'bullmq');
    const { batch } = await queue.submit(questions(1_500));
    await endsWhole(queue, batch.id, 1_500);
    await until(async () => ((await redis.command('keys', '*:items:j-*')) as string[]).length === 0);
    const { parts } = await queue.health();
    assert.match(
      parts.find(({ name }) => name === 'redis')?.detail ?? '',
      /^redis 7.* bytes used, answers in /,
    );
  });

  test(
    'a Redis that stops is done without within seconds, and taken up again when it is back',
    soon,
    async (t) => {
      const queue = await open(t, 5);
      const { batch } = await queue.submit(questions(1_500));
      await until(() => queue.runs.size > 50);
      await redis.stop();
      await until(async () => (await queue.health()).engine === 'embedded');
      const health = await queue.health();
      assert.equal(health.isReady, true);
      assert.ok((health.engineTrouble?.why ?? '') !== '');
      const more = Math.min(queue.runs.size + 50, 1_500);
      await until(() => queue.runs.size >= more);
      const meanwhile = await queue.submit(questions(5, 'submitted without Redis'));
      await redis.start();
      await until(async () => (await queue.health()).engine === 'bullmq');
      assert.equal((await queue.health()).engineTrouble, null);
      await queue.ended(meanwhile.batch.id);
      await queue.ended(batch.id);
      const books = await queue.store.batches.recount(batch.id);
      assert.deepEqual([books?.kept, books?.counted.completed], [books?.counted, 1_500]);
      assert.equal(Math.max(...queue.runs.values()), 1);
    },
  );

  test('a Redis that is emptied loses nothing', soon, async (t) => {
    const queue = await open(t, 5);
    const { batch } = await queue.submit(questions(600));
    for (const share of [0.2, 0.5, 0.8]) {
      await until(() => queue.runs.size > 600 * share);
      await redis.command('flushall');
    }
    await endsWhole(queue, batch.id, 600);
    assert.equal((await queue.health()).engine, 'bullmq');
  });

  test('a Redis that is replaced by an empty one loses nothing', soon, async (t) => {
    const queue = await open(t, 5);
    const { batch } = await queue.submit(questions(600));
    await until(() => queue.runs.size > 200);
    await redis.stop();
    await redis.startEmpty();
    await endsWhole(queue, batch.id, 600);
  });

  test('a Redis that hangs is done without too', soon, async (t) => {
    const queue = await open(t, 5);
    const { batch } = await queue.submit(questions(400));
    await until(() => queue.runs.size > 50);
    redis.freeze();
    t.after(() => redis.thaw());
    await until(async () => (await queue.health()).engine === 'embedded');
    await endsWhole(queue, batch.id, 400);
    redis.thaw();
  });

  test('a Redis that is full is done without, and taken up when it has room', soon, async (t) => {
    const queue = await open(t, 5);
    const { batch } = await queue.submit(questions(1_500));
    await until(() => queue.runs.size > 50);
    await redis.command('config', 'set', 'maxmemory', '1');
    await until(async () => (await queue.health()).engine === 'embedded');
    assert.match((await queue.health()).engineTrouble?.why ?? '', /it is full\. Raise its maxmemory/);
    await until(() => queue.runs.size >= 1_000);
    await redis.command('config', 'set', 'maxmemory', '0');
    await until(async () => (await queue.health()).engine === 'bullmq');
    await endsWhole(queue, batch.id, 1_500);
  });

  test('a pause and a cancel hold for what is offered already', soon, async (t) => {
    const queue = await open(t, 20);
    const { batch } = await queue.submit(questions(200));
    await until(() => queue.runs.size > 4);
    await queue.verbs.batches.pause(queue.project, batch.id);
    const paused = queue.runs.size;
    const other = await queue.submit(questions(8, 'other'));
    await queue.ended(other.batch.id);
    assert.equal(queue.runs.size, paused + 8);
    await queue.verbs.batches.resume(queue.project, batch.id);
    await until(() => queue.runs.size > paused + 12);
    await queue.verbs.batches.cancel(queue.project, batch.id);
    await queue.ended(batch.id);
    const books = await queue.store.batches.recount(batch.id);
    assert.deepEqual(books?.kept, books?.counted);
  });

  test(
    'a small project waits for a handful of offers of a large one, and has its half from then on',
    soon,
    async (t) => {
      const started: string[] = [];
      const ends: (() => void)[] = [];
      const queue = await openTestQueue({
        environment: { REDIS_URL: redis.url, PREHEAT_CONCURRENCY: '4' },
        run: async ({ question }) => {
          started.push(question.split(' ')[0] as string);
          // Short runs would be claimed far ahead.
          await sleep(20);
          await new Promise<void>((resolve) => ends.push(resolve));
          return DONE;
        },
      });
      t.after(() => queue.close());
      /** One item ends, and the next one starts; then as much is offered as there is to be. */
      const step = async (): Promise<void> => {
        const before = started.length;
        await until(() => ends.length > 0);
        ends.shift()?.();
        await until(() => started.length > before);
        await until(async () => (await standing()) >= 2);
      };
      const big = await queue.submit(questions(500, 'big'));
      // What was offered at once, when nothing was known, has run.
      for (let n = 0; n < 20; n += 1) await step();
      const project = await queue.store.projects.ensure('small', Date.now());
      const { batch } = await queue.submit(questions(SMALL, 'small'), { project });
      const from = started.length;
      while (started.filter((who) => who === 'small').length < SMALL) await step();
      const since = started.slice(from);
      // Two or three stand in Redis while so few are taken, and one or two are claimed ahead; of a window of fixed size, 16 came first.
      assert.ok(since.indexOf('small') <= 8, `the first came after ${since.indexOf('small')}`);
      const others = since.slice(0, since.lastIndexOf('small')).filter((who) => who === 'big').length;
      assert.ok(others <= SMALL + 8, `${others} of the large one came before the last of ${SMALL}`);
      await queue.verbs.batches.cancel(queue.project, big.batch.id);
      const ending = setInterval(() => ends.shift()?.(), 5);
      await queue.ended(batch.id, project);
      clearInterval(ending);
    },
  );

  test('a process that starts without its Redis works, and takes it up later', soon, async (t) => {
    await redis.stop();
    const queue = await open(t, 0);
    const { batch } = await queue.submit(questions(20));
    await endsWhole(queue, batch.id, 20);
    assert.equal((await queue.health()).engine, 'embedded');
    await redis.start();
    await until(async () => (await queue.health()).engine === 'bullmq');
    assert.deepEqual(
      queue.logged.filter((line) => line.includes('engine_')),
      ['warn engine_alone', 'info engine_shared'],
    );
  });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}
