import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import type { ServerProcess } from '../tests/support/server.ts';
import { machine, percentile, print, row, timed } from './figures.ts';

/** Sampled from outside while the server works: its memory, and how long `/health/live` takes to answer. */
interface Samples {
  readonly rssMiB: number[];
  readonly liveMs: number[];
  stop(): Promise<void>;
}

/**
 * A batch of a million questions through the real server: uploaded, paused, resumed, listed, searched and deleted,
 * while its memory and its answers to `/health/live` are watched.
 */
export async function benchMillion(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { items: { type: 'string', default: '1000000' } },
  });
  const items = Number(values.items);
  print(`million: one batch of ${items.toLocaleString('en')} questions`);
  print(`${machine()}\n`);
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, { PREHEAT_LOG_LEVEL: 'warn' });
  const samples = watch(server);
  try {
    await live(server, folder.path, items);
  } finally {
    await samples.stop();
    await server.stop('SIGKILL');
    folder.remove();
  }
  row('resident memory, most', [Math.max(...samples.rssMiB)], 'MiB');
  row('/health/live, p50', [percentile(samples.liveMs, 0.5)], 'ms');
  row('/health/live, p99', [percentile(samples.liveMs, 0.99)], 'ms');
  row('/health/live, worst', [Math.max(...samples.liveMs)], 'ms');
}

async function live(server: ServerProcess, folder: string, items: number): Promise<void> {
  const { batches } = server.client;
  const lines = new Blob(
    Array.from({ length: Math.ceil(items / 10_000) }, (_, block) => {
      const count = Math.min(10_000, items - block * 10_000);
      return Array.from(
        { length: count },
        (__, i) => `How many days of leave has person ${block * 10_000 + i}?\n`,
      ).join('');
    }),
  );
  let id = '';
  const uploadMs = await timed(async () => {
    id = (await batches.upload([{ name: 'million.txt', content: lines }], { workload: 'answers' })).id;
  });
  row('upload', [(items / uploadMs) * 1_000], 'items/s');
  row('pause', [await timed(() => batches.pause(id))], 'ms');
  row('resume', [await timed(() => batches.resume(id))], 'ms');
  await sleep(2_000);
  await batches.pause(id);
  row('list batches', [await timed(() => batches.list())], 'ms');
  row('items, first page of 1,000', [await timed(() => batches.items(id, { limit: 1_000 }))], 'ms');
  row(
    'items from the middle',
    [await timed(() => batches.items(id, { limit: 100, from: Math.floor(items / 2) }))],
    'ms',
  );
  row(
    'search for one item, all pages',
    [await timed(() => searchAll(server, id, `person ${items - 1}?`))],
    'ms',
  );
  await batches.resume(id);
  row('delete, until the caller knows', [await timed(() => batches.delete(id))], 'ms');
  const deletedMs = await timed(async () => {
    while (hasItems(folder)) await sleep(50);
  });
  row('delete, until the rows are gone', [deletedMs], 'ms');
}

async function searchAll(server: ServerProcess, id: string, text: string): Promise<void> {
  let cursor: string | null = null;
  let found = 0;
  do {
    const page: { items: unknown[]; nextCursor: string | null } = await server.client.batches.items(id, {
      text,
      limit: 10,
      ...(cursor === null ? {} : { cursor }),
    });
    found += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (found !== 1) throw new Error(`found ${found} items, not 1`);
}

/** The rows themselves are asked: for everybody else the batch is gone at once. */
function hasItems(folder: string): boolean {
  const db = new DatabaseSync(join(folder, 'preheat.db'), { readOnly: true });
  try {
    return db.prepare('select exists (select 1 from items) as yes').get()?.['yes'] === 1;
  } finally {
    db.close();
  }
}

function watch(server: ServerProcess): Samples {
  const rssMiB: number[] = [];
  const liveMs: number[] = [];
  let isStopped = false;
  const done = (async () => {
    while (!isStopped) {
      const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
      rssMiB.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
      liveMs.push(await timed(() => fetch(`${server.url}/health/live`)));
      await sleep(20);
    }
  })();
  return {
    rssMiB,
    liveMs,
    async stop() {
      isStopped = true;
      await done;
    },
  };
}
