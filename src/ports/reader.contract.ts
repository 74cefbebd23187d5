import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Stage } from '#domain/stage.ts';
import type { ChunkedFile, Reader } from './reader.ts';

/** What every reader promises. */
export function readerContract(open: (t: TestContext) => Reader): void {
  const never = new AbortController().signal;
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);

  describe('reader', () => {
    test('text becomes paragraphs in reading order', async (t) => {
      const { file, paragraphs } = await readAll(open(t), 'a.txt', text('One.\n\nTwo,\nwrapped.'), never);
      const { mediaType, pages, chunks } = file;
      assert.deepEqual([mediaType, pages, chunks], ['text/plain', null, 1]);
      assert.deepEqual(paragraphs, ['One.', 'Two, wrapped.']);
    });

    test('a file without text, and one of another kind, are refused with their reasons', async (t) => {
      const reader = open(t);
      await rejectsWith('no_text', readAll(reader, 'empty.txt', new Uint8Array(), never));
      await rejectsWith('no_text', readAll(reader, 'blank.md', text(' \n\n '), never));
      const binary = Uint8Array.from({ length: 4_000 }, (_, i) => (i * 7919) % 256);
      await rejectsWith('unsupported_file', readAll(reader, 'a.txt', binary, never));
    });

    test('many reads at once each get their own text', async (t) => {
      const reader = open(t);
      const names = Array.from({ length: 12 }, (_, i) => `File ${i}`);
      const files = await Promise.all(names.map((name) => readAll(reader, 'a.txt', text(name), never)));
      assert.deepEqual(
        files.map(({ paragraphs }) => paragraphs[0]),
        names,
      );
    });

    test('reading and cutting say how far they are', async (t) => {
      const page = `<html><body>${'<p>Some words of text.</p>'.repeat(60_000)}</body></html>`;
      const stages: Stage[] = [];
      for await (const event of open(t).read(fileOf('a.html', text(page)), never))
        if (event.kind === 'stage') stages.push(event.stage);
      const names = stages.map(({ name }) => name);
      assert.deepEqual([...new Set(names)], ['reading', 'chunking']);
      const cut = stages.filter(({ unit }) => unit === 'paragraph');
      assert.deepEqual(cut.at(-1), { name: 'chunking', unit: 'paragraph', done: 60_000, total: 60_000 });
      const read = stages.filter(({ unit }) => unit === 'KB');
      assert.equal(read.at(-1)?.done, read.at(-1)?.total);
    });

    test('an aborted read stops with its reason, and harms no other', async (t) => {
      const reader = open(t);
      const controller = new AbortController();
      const large = text('# Title\n\nSome words of text.\n'.repeat(100_000));
      const aborted = readAll(reader, 'a.md', large, controller.signal);
      const sibling = readAll(reader, 'b.txt', text('Sibling'), never);
      controller.abort(new Error('cancelled by a person'));
      await assert.rejects(aborted, /cancelled by a person/);
      assert.equal((await sibling).paragraphs[0], 'Sibling');
      await assert.rejects(
        readAll(reader, 'c.txt', large, AbortSignal.abort(new Error('too late'))),
        /too late/,
      );
    });

    test('a file comes in groups, in order, and whoever stops pulling harms no later one', async (t) => {
      const reader = open(t);
      const sections = Array.from({ length: 250 }, (_, i) => `# Part ${i}\n\nText ${i}.`).join('\n\n');
      const { file, groups, paragraphs } = await readAll(reader, 'a.md', text(sections), never);
      assert.deepEqual([file.chunks, groups], [250, [100, 100, 50]]);
      assert.deepEqual(paragraphs.slice(-2), ['Text 248.', 'Text 249.']);
      for await (const event of reader.read(fileOf('a.md', text(sections)), never)) {
        if (event.kind === 'chunks') break;
      }
      assert.deepEqual((await readAll(reader, 'b.txt', text('Next'), never)).paragraphs, ['Next']);
    });

    test('content that breaks off ends the read with its error', async (t) => {
      const reader = open(t);
      async function* broken(): AsyncIterable<Uint8Array> {
        yield text('half');
        throw new Error('the disk went away');
      }
      const events = reader.read({ name: 'a.txt', bytes: 8, content: broken() }, never);
      await assert.rejects(async () => {
        for await (const event of events) assert.notEqual(event.kind, 'chunked');
      }, /the disk went away/);
      assert.deepEqual((await readAll(reader, 'b.txt', text('Next'), never)).paragraphs, ['Next']);
    });
  });
}

interface ReadWhole {
  readonly file: ChunkedFile;
  /** How many chunks came at once. */
  readonly groups: readonly number[];
  readonly paragraphs: readonly string[];
}

/** Pulls a file to its end. */
export async function readAll(
  reader: Reader,
  name: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<ReadWhole> {
  let file: ChunkedFile | null = null;
  const groups: number[] = [];
  const paragraphs: string[] = [];
  for await (const event of reader.read(fileOf(name, bytes), signal)) {
    if (event.kind === 'chunked') file = event;
    if (event.kind !== 'chunks') continue;
    groups.push(event.chunks.length);
    paragraphs.push(...event.chunks.flatMap((chunk) => chunk.paragraphs.map((each) => each.text)));
  }
  assert.ok(file !== null);
  return { file, groups, paragraphs };
}

function fileOf(name: string, bytes: Uint8Array) {
  async function* content(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += 50_000) yield bytes.slice(at, at + 50_000);
  }
  return { name, bytes: bytes.byteLength, content: content() };
}

async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof Fault && error.code === code);
}
