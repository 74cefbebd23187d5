import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import { readAll, readerContract } from '#ports/reader.contract.ts';
import { LocalReader } from './local-reader.ts';
import type { LocalReaderSettings } from './local-reader.ts';
import { minimalPdf } from './minimal-pdf.ts';

const ENTRY = new URL('../../../main/threads/reader.ts', import.meta.url);
const never = new AbortController().signal;
const goodPdf = minimalPdf([[{ text: 'Badgers dig.', y: 700 }], [{ text: 'Otters swim.', y: 700 }]]);

readerContract((t) => open(t));

test('a broken, a cut-off, an encrypted and an empty PDF each fail with their reason', async (t) => {
  const reader = open(t);
  const bad: Record<string, Uint8Array> = {
    broken_file: Buffer.from('%PDF-1.7\nthis is not what it says\n%%EOF'),
    encrypted_file: fixture('encrypted.pdf'),
    no_text: minimalPdf([[]]),
  };
  for (const [code, bytes] of Object.entries(bad))
    await rejectsWith(code, readAll(reader, 'a.pdf', bytes, never));
  await rejectsWith('broken_file', readAll(reader, 'a.pdf', goodPdf.subarray(0, -200), never));
  await rejectsWith('broken_file', readAll(reader, 'a.pdf', goodPdf.subarray(0, 100), never));
  await assert.rejects(readAll(reader, 'a.pdf', minimalPdf([]), never), /has no pages/);
  assert.equal((await readAll(reader, 'a.pdf', goodPdf, never)).file.pages, 2);
});

test('a PDF that needs no password to be read is read', async (t) => {
  const file = await readAll(open(t), 'a.pdf', fixture('owner-password.pdf'), never);
  assert.equal(file.paragraphs[0], 'This text is behind a password.');
});

test('a PDF is told by its content, not its name', async (t) => {
  const file = await readAll(open(t), 'a.txt', goodPdf, never);
  assert.equal(file.file.mediaType, 'application/pdf');
});

test('a read over its time is stopped, and its siblings are read', async (t) => {
  const reader = open(t, { timeoutMs: 300, processes: 1 });
  // Warmed, so that the time is spent on reading and not on starting; a failure to start in time only tries again.
  await readAll(reader, 'w.txt', Buffer.from('warm'), never).catch(() => {});
  const slow = Buffer.from(
    Array.from({ length: 300_000 }, (_, i) => `# Part ${i}\n\nWord${i}.`).join('\n\n'),
  );
  const stopped = rejectsWith('reading_timed_out', readAll(reader, 'slow.md', slow, never));
  await stopped;
  const patient = open(t);
  assert.equal((await readAll(patient, 'b.txt', Buffer.from('Sibling'), never)).paragraphs[0], 'Sibling');
});

test('a file beyond the memory limit fails alone; the next is read', async (t) => {
  const reader = open(t, { memoryMiB: 150, processes: 1 });
  const huge = Buffer.from(`<html><body>${'<p>word</p>'.repeat(1_500_000)}`);
  const read = readAll(reader, 'huge.html', huge, never);
  const sibling = readAll(reader, 'b.txt', Buffer.from('Sibling'), never);
  await rejectsWith('file_too_complex', read);
  assert.equal((await sibling).paragraphs[0], 'Sibling');
});

test('nesting beyond any real page fails as too complex', async (t) => {
  const deep = Buffer.from(`<html><body>${'<div>'.repeat(50_000)}x`);
  const read = readAll(open(t), 'deep.html', deep, never);
  await assert.rejects(read, /more than 20000 tags within one another/);
});

test('20 MB of one line is read', async (t) => {
  const line = Buffer.from('word '.repeat(4_000_000));
  const { paragraphs } = await readAll(open(t), 'line.txt', line, never);
  const words = paragraphs.reduce((sum, paragraph) => sum + paragraph.split(' ').length, 0);
  assert.ok(words >= 4_000_000, `${words} words`);
});

test('a process whose server was gone before it had started ends by itself', async (t) => {
  const start = JSON.stringify({ memoryMiB: 256, parent: process.pid + 1 });
  const child = fork(ENTRY, [start], { stdio: ['pipe', 'ignore', 'ignore', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
});

test('a reader that is closed gives up what it reads, as something to be tried later', async (t) => {
  const reader = open(t);
  const reading = readAll(reader, 'a.md', Buffer.from('# Title\n\nwords\n'.repeat(200_000)), never);
  await reader.close();
  await rejectsWith('reader_closed', reading);
  await rejectsWith('reader_closed', readAll(reader, 'a.txt', Buffer.from('late'), never));
});

function open(t: TestContext, settings: Partial<LocalReaderSettings> = {}): LocalReader {
  const reader = new LocalReader({
    entry: ENTRY,
    timeoutMs: 240_000,
    memoryMiB: 400,
    maxPages: 1_000,
    groupSize: 100,
    processes: 2,
    ...settings,
  });
  t.after(() => reader.close());
  return reader;
}

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof Fault && error.code === code);
}
