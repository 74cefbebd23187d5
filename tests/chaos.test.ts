import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresPool } from '#clients/postgres.ts';
import { administer, findPostgres, startPostgres } from '#clients/temporary-postgres.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from './support/server.ts';
import type { WorkerProcess } from './support/server.ts';

const skip = findPostgres() === null && 'PostgreSQL is not installed';
const ITEMS = 400;
const FAULTS = 3;

for (const seed of seeds(1)) {
  test(
    `workers are killed, PostgreSQL crashes, connections are cut: every item is done once (PREHEAT_TEST_SEED=${seed})`,
    { skip, timeout: 240_000 },
    () => surviveFaults(seeded(seed)),
  );
}

async function surviveFaults(random: () => number): Promise<void> {
  const database = await startPostgres();
  const folder = temporaryFolder();
  const environment = { DATABASE_URL: database.url, PREHEAT_LOG_LEVEL: 'warn', PREHEAT_CONCURRENCY: '4' };
  const server = await startServerProcess(folder.path, { ...environment, PREHEAT_CONCURRENCY: '0' });
  const start = (): Promise<WorkerProcess> => startWorkerProcess(folder.path, environment);
  const workers = await Promise.all([start(), start()]);
  try {
    const { client } = server;
    await client.batches.wait((await client.documents.upload([DOCUMENT])).id);
    const lines = Array.from({ length: ITEMS }, (_, i) => `How many days of leave has person ${i}?`).join(
      '\n',
    );
    const { id } = await client.batches.upload([{ name: 'q.txt', content: lines }], {
      workload: 'answers',
      paceMs: 0,
    });
    const kill = async (): Promise<void> => {
      const victim = Math.floor(random() * workers.length);
      const { process: gone } = workers[victim] as WorkerProcess;
      await workers[victim]?.stop('SIGKILL');
      // As if its lease had run out, which is thirty seconds that teach nothing.
      await administer(database.url, `update workers set lease_until = 0 where pid = ${gone.pid}`);
      workers[victim] = await start();
    };
    const crash = async (): Promise<void> => {
      await database.stop(random() < 0.5 ? 'SIGQUIT' : 'SIGINT');
      await sleep(random() * 300);
      await database.start();
    };
    const cut = (): Promise<void> =>
      administer(
        database.url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'preheat%' and pid <> pg_backend_pid()`,
      );
    for (let fault = 0; fault < FAULTS; fault += 1) {
      await sleep(random() * 300);
      await [kill, crash, cut][fault % 3]?.();
    }
    const ended = await client.batches.wait(id);
    assert.deepEqual([ended?.status, ended?.counts.completed], ['completed', ITEMS]);
    assert.ok(
      [server.process, ...workers.map((worker) => worker.process)].every((each) => each.exitCode === null),
    );
    await checkBooks(database.url);
  } finally {
    await Promise.all([server.stop('SIGKILL'), ...workers.map((worker) => worker.stop('SIGKILL'))]);
    folder.remove();
    await database.remove();
  }
}

/** Rows, not the program, are asked. */
async function checkBooks(url: string): Promise<void> {
  const pool = new PostgresPool({
    url,
    connections: 1,
    applicationName: 'books',
    statementTimeoutMs: 10_000,
  });
  try {
    assert.deepEqual(await pool.all(`select id from items where status in ('pending', 'processing')`), []);
    assert.deepEqual(await pool.all(DRIFT), []);
    const answers = await pool.first(`select count(*) as n from answers where question like '%person%'`);
    assert.equal(answers?.['n'], ITEMS);
  } finally {
    await pool.close();
  }
}

const DRIFT = `
  select b.id from batches b
   where (select count(*) from items i where i.batch_id = b.id and i.status = 'completed')
      <> (select sum(completed) from batch_counts c where c.batch_id = b.id)
      or (select count(*) from items i where i.batch_id = b.id)
      <> (select sum(pending + processing + completed + failed + cancelled + skipped) from batch_counts c where c.batch_id = b.id)`;

const DOCUMENT = { name: 'leave.md', content: '# Leave\n\nEverybody has 25 days of leave in a year.\n' };
