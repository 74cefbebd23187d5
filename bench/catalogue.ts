import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeWorld } from '../tests/support/catalogue/world.ts';
import type { World } from '../tests/support/catalogue/world.ts';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import type { ServerProcess } from '../tests/support/server.ts';
import { ProcessMeter } from './ingest/process-meter.ts';
import { machine, percentile, print, row, timed } from './figures.ts';

/**
 * Catalogue warming with a source that answers at once (a file, indexed before), through the real server on a SQLite file:
 * authors and works a second from the upload of a list to the end of its batch, the same list again, and cached reads.
 */
export async function benchCatalogue(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      authors: { type: 'string', default: '10000' },
      synchronous: { type: 'string', default: 'FULL' },
    },
  });
  const listed = Number(values.authors);
  const world = makeWorld(1, { listed, levels: [0], worksEach: 15 });
  const folder = temporaryFolder();
  const file = join(folder.path, 'works.jsonl');
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(file, linesOf(world));
  const server = await startServerProcess(folder.path, {
    PREHEAT_CATALOGUE_SOURCES: 'file',
    PREHEAT_CATALOGUE_FILE: file,
    PREHEAT_SYNCHRONOUS: values.synchronous,
    PREHEAT_LOG_LEVEL: 'warn',
  });
  print(`catalogue: ${listed.toLocaleString('en')} authors, synchronous ${values.synchronous}`);
  print(`${machine()}\n`);
  try {
    await untilIndexed(server);
    await measureRuns(server, world, listed);
    await measureReads(server, world);
  } finally {
    await server.stop();
    folder.remove();
  }
}

async function measureRuns(server: ServerProcess, world: World, listed: number): Promise<void> {
  const content = `Title,Author\n${world.listed.map((i) => `A book,${world.authors[i]?.name}`).join('\n')}\n`;
  const list = { name: 'list.csv', content };
  // Discovery is off, and the budget too: what is measured is the way of one author through the queue.
  const options = { maxDepth: 0, preset: 'eager' };
  const run = async (): Promise<string> => {
    const { id } = await server.client.catalogue.warm(list, { options, concurrency: 50 });
    await server.client.batches.wait(id);
    return id;
  };
  let id = '';
  const meter = new ProcessMeter(server.process.pid ?? 0);
  const before = await settledSpending(meter);
  const firstMs = await timed(async () => {
    id = await run();
  });
  const spent = (await settledSpending(meter)) - before;
  meter.stop();
  const { summary } = await server.client.catalogue.report(id);
  row('authors, upload included', [(listed / firstMs) * 1_000], 'authors/s');
  // Unlike the rate, it hardly depends on who else uses the machine.
  row('processor time for an author, all threads', [(spent / listed) * 1_000], 'ms');
  row('works cached', [(summary.works / firstMs) * 1_000], 'works/s');
  row('the same list again, all skipped', [await timed(run)], 'ms');
}

/** Processor seconds so far, after the meter has looked again. */
async function settledSpending(meter: ProcessMeter): Promise<number> {
  await new Promise((resolve) => {
    setTimeout(resolve, 120);
  });
  return meter.spent().cpuSeconds;
}

async function measureReads(server: ServerProcess, world: World): Promise<void> {
  const paths = world.works
    .filter(({ title }, i) => i % 10 === 0 && title.includes(' of '))
    .slice(0, 3_000)
    .map((work, i) =>
      i % 2 === 0 ? `titles/${encodeURIComponent(work.title)}` : `isbn/${String(work.isbns[0])}`,
    );
  const times: number[] = [];
  for (const path of paths) {
    const url = `${server.url}/api/v1/catalogue/${path}?cache=only`;
    const ms = await timed(async () => {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${response.status} for ${path}`);
    });
    times.push(ms);
  }
  const warm = times.slice(200);
  row('cached read over HTTP, p50', [percentile(warm, 0.5)], 'ms');
  row('cached read over HTTP, p99', [percentile(warm, 0.99)], 'ms');
}

async function untilIndexed(server: ServerProcess): Promise<void> {
  const isReading = async (): Promise<boolean> =>
    (await server.client.catalogue.stats()).sources.some((source) => source.closedUntil !== null);
  while (await isReading()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

function linesOf(world: World): string {
  return world.works
    .map(({ title, authors, isbns, editions, year }) =>
      JSON.stringify({ title, authors: authors.map((i) => world.authors[i]?.name), isbns, editions, year }),
    )
    .join('\n');
}
