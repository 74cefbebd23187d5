import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from './random.ts';
import { startServerProcess, temporaryFolder } from './server.ts';
import type { ServerProcess } from './server.ts';

export interface CrashRun {
  readonly seed: number;
  readonly items: number;
  readonly kills: number;
  readonly log?: (line: string) => void;
}

const HANDBOOK = new URL('../../examples/handbook/holidays-and-leave.md', import.meta.url);

/**
 * Kills a server with SIGKILL at random moments while it works on a batch, starts it again each time, and looks at
 * the books at the end. When the batch ends early its items are made again, until all the kills have happened.
 */
export async function surviveCrashes({ seed, items, kills, log = () => undefined }: CrashRun): Promise<void> {
  const random = seeded(seed);
  const folder = temporaryFolder();
  let server = await startServerProcess(folder.path, ENVIRONMENT);
  try {
    await ingest(server);
    let batchId = await submit(server, items);
    let rounds = 0;
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep(random() * 400);
      await server.stop('SIGKILL');
      server = await startServerProcess(folder.path, ENVIRONMENT);
      const { status, processed, total } = await server.client.batches.get(batchId);
      log(`kill ${kill}: ${status}, ${processed} of ${total}`);
      if (status !== 'completed' || kill === kills) continue;
      rounds += 1;
      const more = { name: `more-${rounds}.txt`, content: questionLines(items, `round ${rounds}`) };
      batchId = (await server.client.batches.upload([more], { workload: 'answers' })).id;
    }
    const ids = (await server.client.batches.list()).items.map((batch) => batch.id);
    for (const id of ids) await server.client.batches.wait(id);
    for (const id of ids) {
      const batch = await server.client.batches.get(id);
      assert.equal(batch.status, 'completed');
      const { completed, failed, skipped, cancelled } = batch.counts;
      assert.equal(completed + failed + skipped + cancelled, batch.total);
      assert.equal(failed, 0);
    }
    assert.equal(await server.stop('SIGTERM'), 0);
    checkBooks(folder.path);
  } finally {
    await server.stop('SIGKILL');
    folder.remove();
  }
}

const ENVIRONMENT = { PREHEAT_LOG_LEVEL: 'warn', PREHEAT_CONCURRENCY: '8' };

async function ingest(server: ServerProcess): Promise<void> {
  const submitted = await server.client.documents.upload([
    { name: 'holidays-and-leave.md', content: readFileSync(HANDBOOK, 'utf8') },
  ]);
  await server.client.batches.wait(submitted.id);
}

async function submit(server: ServerProcess, items: number): Promise<string> {
  const questions = { name: 'questions.txt', content: questionLines(items, 'round 0') };
  const { id } = await server.client.batches.upload([questions], { workload: 'answers' });
  return id;
}

function questionLines(items: number, round: string): string {
  return Array.from({ length: items }, (_, i) => `How many days of leave has person ${i} in ${round}?`).join(
    '\n',
  );
}

/** Rows, not the program, are asked: nothing is left open, counts equal a recount, each answer is there once. */
function checkBooks(folder: string): void {
  const db = new DatabaseSync(join(folder, 'preheat.db'), { readOnly: true });
  try {
    const rows = (sql: string): Record<string, unknown>[] => db.prepare(sql).all();
    assert.deepEqual(
      rows('pragma integrity_check').map((row) => ({ ...row })),
      [{ integrity_check: 'ok' }],
    );
    assert.deepEqual(rows(`select * from items where status in ('pending', 'processing')`), []);
    const drift = rows(`
      select b.id from batches b
       where (select count(*) from items i where i.batch_id = b.id and i.status = 'completed')
          != (select sum(completed) from batch_counts c where c.batch_id = b.id)
          or (select count(*) from items i where i.batch_id = b.id)
          != (select sum(pending + processing + completed + failed + cancelled + skipped) from batch_counts c where c.batch_id = b.id)`);
    assert.deepEqual(drift, []);
    const questions = rows(
      `select count(*) as n from items where status = 'completed' and payload like '%person%'`,
    )[0]?.['n'];
    assert.equal(rows('select count(*) as n from answers')[0]?.['n'], questions);
  } finally {
    db.close();
  }
}
