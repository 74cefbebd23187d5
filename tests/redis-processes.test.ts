import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { PreheatClient } from '#sdk/index.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from './support/server.ts';

/** Of each worker. */
const HANDS = 4;

if (!hasRedis()) test('several processes with Redis', { skip: 'Redis is not installed' });
else await tell();

async function tell(): Promise<void> {
  const redis = await startRedis();
  after(() => redis.remove());
  const skip = findPostgres() === null ? 'PostgreSQL is not installed' : false;

  test(
    'on PostgreSQL, workers share what a server offers, and no loss of Redis loses an item',
    { skip, timeout: 240_000 },
    async (t) => {
      const { url, drop } = await temporaryDatabase();
      const runs = new Map<string, number>();
      const byProcess = [0, 0, 0];
      // The first items wait until the hands of both workers are full: none can do all the work.
      const shared = Promise.withResolvers<void>();
      const open = (n: number) =>
        openTestQueue({
          database: url,
          role: n === 0 ? 'server' : 'worker',
          environment: { REDIS_URL: redis.url, PREHEAT_CONCURRENCY: n === 0 ? '0' : String(HANDS) },
          run: async ({ question }) => {
            byProcess[n] = (byProcess[n] ?? 0) + 1;
            runs.set(question, (runs.get(question) ?? 0) + 1);
            if (byProcess.every((count, at) => at === 0 || count >= HANDS)) shared.resolve();
            await shared.promise;
            await sleep(5);
            return DONE;
          },
        });
      const queues = [await open(0), await open(1), await open(2)] as const;
      t.after(async () => {
        await Promise.all(queues.map((queue) => queue.close()));
        await drop();
      });
      const [server] = queues;
      const { batch } = await server.submit(questions(1_500));
      await until(() => runs.size > 200);
      assert.equal(byProcess[0], 0, 'a server that runs nothing offers all the same');
      await redis.command('flushall');
      await until(() => runs.size > 600);
      await redis.stop();
      const more = Math.min(runs.size + 200, 1_500);
      await until(async () => (await server.health()).engine === 'embedded');
      await until(() => runs.size >= more);
      await redis.startEmpty();
      await server.ended(batch.id);
      await until(async () => (await server.health()).engine === 'bullmq');
      const books = await server.store.batches.recount(batch.id);
      assert.deepEqual([books?.kept, books?.counted.completed], [books?.counted, 1_500]);
      assert.equal(Math.max(...runs.values()), 1);
    },
  );

  test(
    'on one SQLite file, workers in other processes do what the server takes in',
    { timeout: 240_000 },
    async () => {
      const folder = temporaryFolder();
      const environment = { REDIS_URL: redis.url, PREHEAT_LOG_LEVEL: 'warn' };
      const server = await startServerProcess(folder.path, { ...environment, PREHEAT_CONCURRENCY: '0' });
      const workers = [
        await startWorkerProcess(folder.path, environment),
        await startWorkerProcess(folder.path, environment),
      ];
      try {
        const client = new PreheatClient({ baseUrl: server.url });
        assert.equal((await client.system.ready()).engine, 'bullmq');
        await client.batches.wait((await client.documents.upload([HANDBOOK])).id);
        const lines = Array.from({ length: 200 }, (_, i) => `How many days of leave has person ${i}?`).join(
          '\n',
        );
        const { id } = await client.batches.upload([{ name: 'q.txt', content: lines }], {
          workload: 'answers',
          paceMs: 0,
        });
        await redis.command('flushall');
        const ended = await client.batches.wait(id);
        assert.deepEqual([ended?.status, ended?.counts.completed], ['completed', 200]);
      } finally {
        await Promise.all([server, ...workers].map((each) => each.stop('SIGKILL')));
        folder.remove();
      }
    },
  );
}

const HANDBOOK = { name: 'leave.md', content: '# Leave\n\nEverybody has 25 days of leave in a year.\n' };

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}
