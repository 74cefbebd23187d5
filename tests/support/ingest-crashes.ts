import assert from 'node:assert/strict';
import type { BatchEvent } from '#sdk/index.ts';
import { minimalPdf } from '../../src/adapters/reader/local/minimal-pdf.ts';
import { startServerProcess, temporaryFolder } from './server.ts';
import type { ServerProcess } from './server.ts';

export type IngestStage = 'received' | 'reading' | 'chunking' | 'embedding' | 'indexing';

export interface IngestCrashes {
  readonly stages: readonly IngestStage[];
  readonly log?: (line: string) => void;
}

const ENVIRONMENT = { PREHEAT_LOG_LEVEL: 'warn' };

/** A stage may pass between two looks: then the files are sent once more, as new versions. */
const MOST_TRIES = 30;

/**
 * Kills a server with SIGKILL while a file is at a stage, starts it again, and looks whether everything came to the
 * same end as if nothing had happened: each file there once, whole, found, and none stuck.
 */
export async function surviveIngestCrashes({ stages, log = () => undefined }: IngestCrashes): Promise<void> {
  const folder = temporaryFolder();
  let server = await startServerProcess(folder.path, ENVIRONMENT);
  const waiting = [...stages];
  try {
    for (let version = 1; waiting.length > 0; version += 1) {
      assert.ok(version < MOST_TRIES * stages.length, `the stage ${waiting[0]} was never seen`);
      const [stage] = waiting as [IngestStage];
      const { id } = await server.client.documents.upload(filesOf(version));
      const wasSeen = await reaches(server, id, stage);
      if (wasSeen) {
        await server.stop('SIGKILL');
        server = await startServerProcess(folder.path, ENVIRONMENT);
        waiting.shift();
      }
      await checkEnd(server, id, version);
      log(`version ${version}: ${stage} ${wasSeen ? 'killed' : 'passed unseen'}; the end is the same`);
    }
  } finally {
    await server.stop('SIGKILL');
    folder.remove();
  }
}

/** Whether a file was seen at that stage before all had ended. */
async function reaches(server: ServerProcess, batchId: string, stage: IngestStage): Promise<boolean> {
  const looking = new AbortController();
  try {
    for await (const event of server.client.batches.watch(batchId, { signal: looking.signal })) {
      if (isAt(event, stage)) return true;
    }
    return false;
  } finally {
    looking.abort();
  }
}

function isAt({ current }: BatchEvent, stage: IngestStage): boolean {
  return current.some(({ step }) => step?.name === stage);
}

const FILES = 4;
const SECTIONS = 400;

function filesOf(version: number): { name: string; content: Blob }[] {
  return Array.from({ length: FILES }, (_, i) => {
    const lines = Array.from({ length: SECTIONS }, (_each, section) => sentence(version, i, section));
    return i % 2 === 0
      ? {
          name: `file-${i}.md`,
          content: new Blob([lines.map((line, at) => `# Part ${at}\n\n${line}`).join('\n\n')]),
        }
      : { name: `file-${i}.pdf`, content: pdfOf(lines) };
  });
}

function sentence(version: number, file: number, section: number): string {
  // In letters too: lines that differ in their numbers alone look like the running heads of a page.
  const word = String(section).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
  return `Section ${section} of file${file} tells of ${word} and of version${version}, at some length.`;
}

function pdfOf(lines: readonly string[]): Blob {
  const pages = Array.from({ length: lines.length / 5 }, (_, page) =>
    lines.slice(page * 5, page * 5 + 5).map((text, i) => ({ text, y: 700 - i * 60 })),
  );
  return new Blob([minimalPdf(pages) as Uint8Array<ArrayBuffer>]);
}

async function checkEnd(server: ServerProcess, batchId: string, version: number): Promise<void> {
  await server.client.batches.wait(batchId);
  const { counts } = await server.client.batches.get(batchId);
  assert.deepEqual({ ...counts }, { ...counts, completed: FILES, failed: 0, pending: 0, processing: 0 });
  const { items } = await server.client.documents.list({ limit: 100 });
  assert.deepEqual(
    items.map(({ name }) => name).sort(),
    filesOf(version)
      .map(({ name }) => name)
      .sort(),
  );
  for (const document of items) {
    const chunks = await allChunks(server, document.id);
    assert.equal(chunks.length, document.chunks);
    const text = chunks.join('\n');
    for (const section of [0, SECTIONS >> 1, SECTIONS - 1])
      assert.ok(text.includes(sentence(version, Number(document.name.charAt(5)), section)), document.name);
    assert.equal(text.includes(`version${version - 1},`), false, 'nothing of the version before is left');
  }
}

async function allChunks(server: ServerProcess, documentId: string): Promise<string[]> {
  const texts: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof server.client.documents.chunks>> =
      await server.client.documents.chunks(documentId, {
        limit: 1_000,
        ...(cursor === null ? {} : { cursor }),
      });
    texts.push(...page.items.map(({ text }) => text));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return texts;
}
