import { setInterval } from 'node:timers';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import { machine, print, row } from './figures.ts';
import { compareExtraction } from './ingest/extraction.ts';
import { generateCorpus } from './ingest/corpus.ts';
import { ProcessMeter } from './ingest/process-meter.ts';

/** 20 files, 40 MB, from the first byte of the upload until the last of them is found by a search. */
export async function benchIngest(args: readonly string[]): Promise<void> {
  const runs = Number(args[args.indexOf('--runs') + 1] ?? Number.NaN) || 3;
  const files = generateCorpus();
  const bytes = files.reduce((sum, { content }) => sum + content.byteLength, 0);
  const text = files.reduce((sum, file) => sum + file.text.length, 0);
  print(machine());
  print(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, ${(text / 1e6).toFixed(1)} MB of text`);
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run += 1) measured.push(await measure(files));
  for (const [name, of, unit] of ROWS) row(name, measured.map(of), unit);
  await compareExtraction(files);
}

/** How long the server's event loop was held up since it was asked last, in seconds; 10 ms are the ruler's own. */
async function readLag(url: string): Promise<{ p99: number; max: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (name: string): number =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { p99: of('p99'), max: of('max') };
}

type Measured = Awaited<ReturnType<typeof measure>>;

const ROWS: readonly (readonly [name: string, of: (measured: Measured) => number, unit: string])[] = [
  ['upload → 201', ({ uploadMs }) => uploadMs / 1_000, 's'],
  ['upload → searchable', ({ searchableMs }) => searchableMs / 1_000, 's'],
  ['longest time between two notes of progress', ({ longestGapMs }) => longestGapMs, 'ms'],
  ['notes of progress a second', ({ notesPerSecond }) => notesPerSecond, '/s'],
  ['memory of the server, most', ({ serverMiB }) => serverMiB, 'MiB'],
  ['with its reading processes, most', ({ treeMiB }) => treeMiB, 'MiB'],
  ['processor time of all', ({ cpuSeconds }) => cpuSeconds, 's'],
  ['/health/live meanwhile, p99', ({ healthP99 }) => healthP99, 'ms'],
  ['event loop of the server, p99', ({ lag }) => lag.p99 * 1_000, 'ms'],
  ['event loop of the server, longest', ({ lag }) => lag.max * 1_000, 'ms'],
];

async function measure(files: ReturnType<typeof generateCorpus>) {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, { PREHEAT_LOG_LEVEL: 'warn' });
  const meter = new ProcessMeter(server.process.pid as number);
  const health: number[] = [];
  const ask = async (): Promise<void> => {
    const from = performance.now();
    await fetch(`${server.url}/health/live`).catch(() => undefined);
    health.push(performance.now() - from);
  };
  const asking = setInterval(() => void ask(), 20);
  try {
    // Counted anew from here on: starting up is another matter.
    await readLag(server.url);
    const from = performance.now();
    const batch = await server.client.documents.upload(
      files.map(({ name, content }) => ({ name, content: new Blob([content as Uint8Array<ArrayBuffer>]) })),
    );
    const uploadMs = performance.now() - from;
    const notes: number[] = [performance.now()];
    for await (const _ of server.client.batches.watch(batch.id)) notes.push(performance.now());
    const { counts } = await server.client.batches.get(batch.id);
    if (counts.completed !== files.length) throw new Error(`not all were read: ${JSON.stringify(counts)}`);
    const found = await server.client.documents.search('brat loutrer tidel');
    if (found.items.length === 0) throw new Error('nothing is found');
    const searchableMs = performance.now() - from;
    const lag = await readLag(server.url);
    const gaps = notes.slice(1).map((at, i) => at - (notes[i] as number));
    health.sort((a, b) => a - b);
    return {
      uploadMs,
      searchableMs,
      longestGapMs: Math.max(...gaps),
      notesPerSecond: (notes.length - 1) / ((searchableMs - uploadMs) / 1_000),
      ...meter.spent(),
      lag,
      healthP99: health[Math.floor(health.length * 0.99)] ?? 0,
    };
  } finally {
    clearInterval(asking);
    meter.stop();
    await server.stop('SIGKILL');
    folder.remove();
  }
}
