import { randomFillSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import type { ServerProcess } from '../tests/support/server.ts';
import { machine, print, row } from './figures.ts';
import { generateCorpus } from './ingest/corpus.ts';
import { ProcessMeter } from './ingest/process-meter.ts';

const RUNS = 3;
const SETTLE_MS = 5_000;
const FILES = 50;
const FILE_BYTES = 10_000_000;

/** Resident memory of a server: at rest, while the largest upload of the standard settings comes in, and after work. */
export async function benchMemory(): Promise<void> {
  print(machine());
  // The first start compiles, and keeps what it compiled for those that follow.
  await measure(() => Promise.resolve());
  const files = largeFiles();
  const corpus = generateCorpus().map(({ name, content }) => blobOf(name, content));
  const uploads: Measured[] = [];
  const ingests: Measured[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    uploads.push(await measure(({ client }) => client.documents.upload(files)));
    ingests.push(
      await measure(async ({ client }) => {
        const { id } = await client.documents.upload(corpus);
        await client.batches.wait(id);
      }),
    );
  }
  row(
    'at rest',
    [...uploads, ...ingests].map(({ idle }) => idle),
    'MiB',
  );
  report(`upload of ${FILES} files of ${FILE_BYTES / 1e6} MB, until 201`, uploads);
  report(`${corpus.length} files read`, ingests);
}

interface Measured {
  readonly idle: number;
  readonly most: number;
  readonly after: number;
  readonly seconds: number;
}

function report(what: string, measured: readonly Measured[]): void {
  print(what);
  row(
    '  took',
    measured.map(({ seconds }) => seconds),
    's',
  );
  row(
    '  most',
    measured.map(({ most }) => most),
    'MiB',
  );
  row(
    `  ${SETTLE_MS / 1_000} s after`,
    measured.map(({ after }) => after),
    'MiB',
  );
}

async function measure(work: (server: ServerProcess) => Promise<unknown>): Promise<Measured> {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, { PREHEAT_LOG_LEVEL: 'warn' });
  const pid = server.process.pid as number;
  try {
    await sleep(SETTLE_MS);
    const idle = await mostOf(pid, () => sleep(200));
    const from = performance.now();
    const most = await mostOf(pid, () => work(server));
    const seconds = (performance.now() - from) / 1_000;
    await sleep(SETTLE_MS);
    return { idle, most, after: await mostOf(pid, () => sleep(200)), seconds };
  } finally {
    await server.stop('SIGKILL');
    folder.remove();
  }
}

async function mostOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  const meter = new ProcessMeter(pid);
  try {
    await work();
    return meter.spent().serverMiB;
  } finally {
    meter.stop();
  }
}

function largeFiles() {
  return Array.from({ length: FILES }, (_, i) => {
    const content = randomFillSync(new Uint8Array(FILE_BYTES));
    content.set(new TextEncoder().encode('%PDF-'));
    return blobOf(`file-${i}.pdf`, content);
  });
}

function blobOf(name: string, content: Uint8Array): { name: string; content: Blob } {
  return { name, content: new Blob([content as Uint8Array<ArrayBuffer>]) };
}
