import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

interface ItemRow {
  readonly status: string;
  readonly failures: number;
  readonly losses: number;
}

/** A data folder, the servers that this test starts on it, and its rows as they are on the disk. */
interface Stage {
  readonly folder: string;
  start(environment?: Readonly<Record<string, string>>): Promise<ServerProcess>;
  rows(): readonly ItemRow[];
  count(status: string): number;
}

function fact(title: string, check: (stage: Stage) => Promise<void>): void {
  test(title, { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const started: ServerProcess[] = [];
    const rows = (): readonly ItemRow[] => readRows(folder.path);
    try {
      await check({
        folder: folder.path,
        rows,
        count: (status) => rows().filter((row) => row.status === status).length,
        async start(environment = {}) {
          const server = await startServerProcess(folder.path, {
            PREHEAT_CONCURRENCY: '2',
            // The one that is held still: a second would read on.
            PREHEAT_READERS: '1',
            PREHEAT_LOG_LEVEL: 'warn',
            ...environment,
          });
          started.push(server);
          return server;
        },
      });
    } finally {
      for (const server of started) await server.stop('SIGKILL');
      folder.remove();
    }
  });
}

function readRows(folder: string): readonly ItemRow[] {
  const db = new DatabaseSync(join(folder, 'preheat.db'), { readOnly: true, timeout: 5_000 });
  try {
    const rows = db.prepare(
      `select status, failures, losses from items where payload like '%page %' order by id`,
    );
    return rows.all() as unknown as ItemRow[];
  } finally {
    db.close();
  }
}

/**
 * Two items that run and cannot end, and four that wait: documents, whose reading process stands still until the test
 * lets it go on.
 */
async function runInto({ client, process: server }: ServerProcess, stage: Stage) {
  const first = await client.documents.upload([{ name: 'first.txt', content: 'A first text.' }]);
  await client.batches.wait(first.id);
  const reader = readerOf(server.pid as number);
  process.kill(reader, 'SIGSTOP');
  const pages = Array.from({ length: 6 }, (_, i) => ({
    name: `page ${i}.txt`,
    content: `Text of page ${i}.`,
  }));
  const { id } = await client.documents.upload(pages);
  await until(() => stage.count('processing') === 2);
  return {
    batchId: id,
    goOn: () => void process.kill(reader, 'SIGCONT'),
  };
}

/** The process that reads documents for a server, as Linux shows it. */
function readerOf(serverPid: number): number {
  const about = (pid: string, what: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${what}`, 'utf8');
    } catch {
      return '';
    }
  };
  const isReader = (pid: string): boolean =>
    about(pid, 'status').includes(`\nPPid:\t${serverPid}\n`) &&
    about(pid, 'cmdline').includes('threads/reader');
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isReader(name));
  assert.equal(found.length, 1);
  return Number(found[0]);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

/** The exit code of a server that was told to stop, or the signal. */
async function exitOf(server: ServerProcess): Promise<unknown> {
  if (server.process.exitCode !== null) return server.process.exitCode;
  const [code, signal] = (await once(server.process, 'exit')) as [number | null, string | null];
  return code ?? signal;
}

async function finishAll(stage: Stage, batchId: string): Promise<void> {
  const server = await stage.start();
  await server.client.batches.wait(batchId);
  const { counts, total } = await server.client.batches.get(batchId);
  assert.deepEqual([total, counts.completed], [6, 6]);
  assert.equal(await server.stop('SIGTERM'), 0);
}

fact(
  'SIGTERM lets what runs finish, gives back the rest and exits with 0; nothing is lost',
  async (stage) => {
    const server = await stage.start();
    const { batchId, goOn } = await runInto(server, stage);
    server.process.kill('SIGTERM');
    await until(() => server.output.some((line) => line.includes('Stopping')));
    assert.deepEqual([stage.count('processing'), server.process.exitCode], [2, null]);
    goOn();
    assert.equal(await exitOf(server), 0);
    assert.deepEqual(
      stage.rows().map(({ status }) => status),
      ['completed', 'completed', 'pending', 'pending', 'pending', 'pending'],
    );
    await finishAll(stage, batchId);
    assert.ok(
      stage.rows().every(({ failures, losses }) => failures === 0 && losses === 0),
      'a drain is no failure and no loss',
    );
  },
);

fact('what is still running when the drain is over goes back, refunded', async (stage) => {
  const server = await stage.start({ PREHEAT_DRAIN_SECONDS: '1' });
  const { batchId } = await runInto(server, stage);
  server.process.kill('SIGTERM');
  assert.equal(await exitOf(server), 0);
  assert.equal(stage.count('pending'), 6);
  await finishAll(stage, batchId);
  assert.ok(stage.rows().every(({ failures, losses }) => failures === 0 && losses === 0));
});

fact('a second SIGTERM stops at once, and the next start takes the items back', async (stage) => {
  const server = await stage.start();
  const { batchId, goOn } = await runInto(server, stage);
  server.process.kill('SIGTERM');
  await until(() => server.output.some((line) => line.includes('Stopping')));
  // What comes right after the first counts as the same press.
  const insist = setInterval(() => server.process.kill('SIGTERM'), 100);
  assert.equal(await exitOf(server), 143);
  clearInterval(insist);
  goOn();
  assert.deepEqual([stage.count('processing'), stage.count('pending')], [2, 4]);
  await finishAll(stage, batchId);
  assert.deepEqual(
    stage.rows().map(({ failures, losses }) => [failures, losses]),
    [
      [0, 1],
      [0, 1],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    'two were lost with their process, and counted so',
  );
});

fact(
  'a second server on the same folder is refused with the reason, and the first goes on',
  async (stage) => {
    const first = await stage.start();
    await assert.rejects(stage.start(), (error: Error) => {
      assert.match(error.message, /ended at once \(2\)/);
      assert.match(error.message, /Another Preheat server uses the data folder/);
      return true;
    });
    const { id } = await first.client.batches.submit({ workload: 'answers', items: ['Is it still there?'] });
    assert.equal((await first.client.batches.wait(id))?.counts.completed, 1);
    assert.equal(await first.stop('SIGTERM'), 0);
    const next = await stage.start();
    assert.equal((await next.client.batches.get(id)).status, 'completed');
  },
);
