import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalReader } from '../../src/adapters/reader/local/local-reader.ts';
import { print, row, timed } from '../figures.ts';
import type { GeneratedFile } from './corpus.ts';

const ENTRY = new URL('../../src/main/threads/reader.ts', import.meta.url);

/** The text of the same PDFs, by the reader in one process and by poppler's `pdftotext`, one after the other. */
export async function compareExtraction(files: readonly GeneratedFile[]): Promise<void> {
  const pdfs = files.filter(({ name }) => name.endsWith('.pdf'));
  const reader = new LocalReader({
    entry: ENTRY,
    processes: 1,
    timeoutMs: 120_000,
    memoryMiB: 400,
    maxPages: 10_000,
    groupSize: 100,
  });
  const ours: string[] = [];
  let pages = 0;
  const ms = await timed(async () => {
    for (const pdf of pdfs) {
      const read = await readText(reader, pdf);
      ours.push(read.text);
      pages += read.pages;
    }
  });
  await reader.close();
  print(`Text of ${pages} pages in ${pdfs.length} PDFs, one process`);
  row('reader, with layout and chunks', [ms / 1_000], 's');
  row('  words found, of those written', [foundIn(pdfs, ours) * 100], '%');
  if (spawnSync('pdftotext', ['-v']).error !== undefined) {
    print('  pdftotext is not on this machine: apt-get install poppler-utils');
    return;
  }
  const theirs: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'preheat-bench-'));
  for (const { name, content } of pdfs) writeFileSync(join(folder, name), content);
  const popplerMs = await timed(async () => {
    for (const { name } of pdfs)
      theirs.push(
        execFileSync('pdftotext', [join(folder, name), '-'], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
      );
  });
  rmSync(folder, { recursive: true });
  row('pdftotext', [popplerMs / 1_000], 's');
  row('  words found, of those written', [foundIn(pdfs, theirs) * 100], '%');
}

async function readText(reader: LocalReader, { name, content }: GeneratedFile) {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield content;
  }
  let text = '';
  let pages = 0;
  const signal = AbortSignal.timeout(120_000);
  for await (const event of reader.read({ name, bytes: content.byteLength, content: bytes() }, signal)) {
    if (event.kind === 'chunked') pages = event.pages ?? 0;
    if (event.kind !== 'chunks') continue;
    for (const { headings, paragraphs } of event.chunks)
      text += `${headings.join(' ')} ${paragraphs.map((paragraph) => paragraph.text).join(' ')} `;
  }
  return { text, pages };
}

function foundIn(files: readonly GeneratedFile[], texts: readonly string[]): number {
  let written = 0;
  let found = 0;
  files.forEach((file, i) => {
    const there = countsOf(texts[i] ?? '');
    for (const [word, count] of countsOf(file.text)) {
      written += count;
      found += Math.min(count, there.get(word) ?? 0);
    }
  });
  return found / written;
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.split(/\s+/)) if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
