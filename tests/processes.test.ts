import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { administer, findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import type { Outcome } from '#domain/outcome.ts';
import type { Stage } from '#domain/stage.ts';
import { PreheatClient } from '#sdk/index.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import type { TestQueue, TestQueueSettings } from './support/queue.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from './support/server.ts';

if (findPostgres() === null) test('several processes', { skip: 'PostgreSQL is not installed' });
else tellStories();

/** Several queues on one database: as many processes, but for the process. */
async function processes(count: number, settings: (n: number) => TestQueueSettings): Promise<TestQueue[]> {
  const { url, drop } = await temporaryDatabase();
  const queues: TestQueue[] = [];
  for (let n = 0; n < count; n += 1) {
    queues.push(await openTestQueue({ ...settings(n), database: url, role: n === 0 ? 'server' : 'worker' }));
  }
  after(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    await drop();
  });
  return queues;
}

/** Runs until it is let go or aborted. */
function gate() {
  const started: string[] = [];
  const aborted: string[] = [];
  let ring = (): void => undefined;
  const waiting: (() => void)[] = [];
  return {
    started,
    aborted,
    open: () => waiting.splice(0).forEach((go) => go()),
    async until(condition: () => boolean): Promise<void> {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          ring = resolve;
        });
      }
    },
    run: ({ question }: { question: string }, context: { signal: AbortSignal; report(stage: Stage): void }) =>
      new Promise<Outcome>((resolve, reject) => {
        started.push(question);
        context.report({ name: 'thinking' });
        waiting.push(() => resolve(DONE));
        ring();
        context.signal.addEventListener('abort', () => {
          aborted.push(question);
          ring();
          reject(context.signal.reason as Error);
        });
      }),
  };
}

function tellStories(): void {
  test(
    'what one process queues another does at once, and both know of the end',
    { timeout: 240_000 },
    async () => {
      const [server, worker] = (await processes(2, (n) => ({
        run: async () => DONE,
        environment: { PREHEAT_CONCURRENCY: n === 0 ? '0' : '4' },
      }))) as [TestQueue, TestQueue];
      const { batch } = await server.submit(questions(500));
      await Promise.all([server.ended(batch.id), worker.ended(batch.id)]);
      const recount = await server.store.batches.recount(batch.id);
      assert.deepEqual(recount?.kept, recount?.counted);
      assert.equal(recount?.counted.completed, 500);
      assert.deepEqual(
        [...server.logged, ...worker.logged].filter((line) => !line.startsWith('info')),
        [],
      );
    },
  );

  test(
    'a cancel reaches what runs in another process, and a pause what waits there',
    { timeout: 240_000 },
    async () => {
      const held = gate();
      const [server] = (await processes(2, (n) => ({
        run: held.run,
        environment: { PREHEAT_CONCURRENCY: n === 0 ? '0' : '2' },
      }))) as [TestQueue, TestQueue];
      const { batch } = await server.submit(questions(6));
      await held.until(() => held.started.length === 2);
      // Any server shows what runs anywhere: it hears of one after the other.
      for await (const { current } of server.verbs.batches.watch(
        server.project,
        batch.id,
        AbortSignal.timeout(120_000),
      ))
        if (current.filter(({ stage }) => stage?.name === 'thinking').length === 2) break;
      await server.verbs.batches.pause(server.project, batch.id);
      held.open();
      const paused = async () => (await server.verbs.batches.get(server.project, batch.id)).batch.counts;
      while ((await paused()).processing > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepEqual([(await paused()).completed, held.started.length], [2, 2]);
      await server.verbs.batches.resume(server.project, batch.id);
      await held.until(() => held.started.length === 4);
      await server.verbs.batches.cancel(server.project, batch.id);
      await held.until(() => held.aborted.length === 2);
      assert.equal((await paused()).cancelled, 4);
    },
  );

  test(
    'four processes share the work of ten projects, and each is served in turn',
    { timeout: 240_000 },
    async () => {
      const order: string[] = [];
      const queues = await processes(4, () => ({
        run: async ({ question }) => {
          order.push(question.split(' ')[0] as string);
          // Not at once: what runs in no time at all is claimed far ahead.
          await sleep(4);
          return DONE;
        },
        environment: { PREHEAT_CONCURRENCY: '2' },
        isStopped: true,
      }));
      const [first] = queues as [TestQueue];
      const big = await first.submit(questions(2_000, 'big'));
      const small = await Promise.all(
        Array.from({ length: 9 }, async (_, n) => {
          const project = await first.store.projects.ensure(`small-${n}`, Date.now());
          return first.submit(questions(10, `small-${n}`), { project });
        }),
      );
      await Promise.all(queues.map((queue) => queue.start()));
      await first.ended(big.batch.id);
      for (const { batch } of small) {
        const [seen] = await first.store.batches.snapshots([batch.id]);
        assert.equal(seen?.counts.completed, 10);
      }
      const lastSmall = order.findLastIndex((word) => word !== 'big');
      const before = order.slice(0, lastSmall).filter((word) => word === 'big').length;
      assert.ok(before < 600, `${before} of the big one came before the last of the small`);
    },
  );

  test(
    'real processes: a worker that is killed loses nothing, one that is drained ends by itself',
    { timeout: 240_000 },
    async () => {
      const { url, drop } = await temporaryDatabase();
      const folder = temporaryFolder();
      const environment = { DATABASE_URL: url, PREHEAT_LOG_LEVEL: 'info' };
      const servers = await Promise.all([
        startServerProcess(folder.path, { ...environment, PREHEAT_CONCURRENCY: '0' }),
        startServerProcess(folder.path, { ...environment, PREHEAT_CONCURRENCY: '0' }),
      ]);
      const workers = await Promise.all([
        startWorkerProcess(folder.path, environment),
        startWorkerProcess(folder.path, environment),
      ]);
      try {
        const [one, two] = servers.map(({ url: baseUrl }) => new PreheatClient({ baseUrl })) as [
          PreheatClient,
          PreheatClient,
        ];
        await one.batches.wait((await one.documents.upload([HANDBOOK])).id);
        const lines = Array.from({ length: 400 }, (_, i) => `How many days of leave has person ${i}?`).join(
          '\n',
        );
        const { id } = await two.batches.upload([{ name: 'q.txt', content: lines }], {
          workload: 'answers',
          paceMs: 0,
        });
        await workers[0]?.stop('SIGKILL');
        // As if its lease had run out: the next sweep takes back what it had.
        await administer(url, `update workers set lease_until = 0 where pid = ${workers[0]?.process.pid}`);
        const ended = await one.batches.wait(id);
        assert.deepEqual([ended?.status, ended?.counts.completed], ['completed', 400]);
        assert.equal((await two.ask('How many days of leave has person 7?')).cache.status, 'hit');
        const left = (await one.system.workers()).items.find(({ pid }) => pid === workers[1]?.process.pid);
        assert.equal(left?.role, 'worker');
        await two.system.drainWorker(left?.id as string);
        assert.equal(await workers[1]?.ended, 0);
      } finally {
        await Promise.all([...servers, ...workers].map((each) => each.stop('SIGKILL')));
        folder.remove();
        await drop();
      }
    },
  );
}

const HANDBOOK = { name: 'leave.md', content: '# Leave\n\nEverybody has 25 days of leave in a year.\n' };
