import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { Fault } from '#domain/fault.ts';
import type { ArchiveLimits, OpenArchive } from '#ports/archives.ts';
import { ZipArchives } from './zip-archives.ts';

const LIMITS: ArchiveLimits = { maxFiles: 10, maxBytes: 50_000_000, maxFileBytes: 1_000_000 };
const text = (content: string): Uint8Array => Buffer.from(content);

test('each file comes under its name, with its content; what systems leave behind does not', async (t) => {
  const archive = await open(t, {
    'handbook/leave.md': text('# Leave'),
    'handbook/empty.txt': text(''),
    '__MACOSX/handbook/._leave.md': text('x'),
    'handbook/.DS_Store': text('x'),
  });
  assert.deepEqual(
    archive?.files.map(({ name, refused }) => [name, refused]),
    [
      ['handbook/leave.md', null],
      ['handbook/empty.txt', null],
    ],
  );
  assert.deepEqual(await Promise.all((archive?.files ?? []).map(contentOf)), ['# Leave', '']);
});

test('an archive of nothing holds no files', async (t) => {
  assert.deepEqual((await open(t, {}))?.files, []);
});

test('a document that is a zip inside is no archive', async (t) => {
  assert.equal(await open(t, { '[Content_Types].xml': text('x'), 'word/document.xml': text('y') }), null);
});

test('a name that leads elsewhere, an archive within and a file that is too large are refused one by one', async (t) => {
  const archive = await open(t, {
    '../../etc/passwd': text('x'),
    '/etc/passwd': text('x'),
    'C:/windows/system.ini': text('x'),
    'more.zip': text('PK'),
    'large.txt': new Uint8Array(1_000_001),
    'good.txt': text('Good.'),
  });
  assert.deepEqual(
    archive?.files.map(({ refused }) => refused?.code ?? null),
    ['unsafe_name', 'unsafe_name', 'unsafe_name', 'nested_archive', 'file_too_large', null],
  );
});

test('what unpacks to too much, or holds too many files, is refused before anything is unpacked', async (t) => {
  const bomb = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [`${i}.txt`, new Uint8Array(10_000_000)]),
  );
  await rejectsWith('archive_too_large', open(t, bomb));
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`${i}.txt`, text('x')]));
  await rejectsWith('too_many_files', open(t, many));
});

test('an archive that is cut off, or lies about its sizes, is broken', async (t) => {
  const whole = zipSync({ 'a.txt': text('word '.repeat(10_000)) });
  // Cut off, a Word document cannot be told from an archive: what to do is said for both.
  await assert.rejects(openBytes(t, whole.subarray(0, whole.length - 30)), {
    code: 'broken_file',
    message: 'The file is damaged or cut off: upload a whole copy of it.',
  });
  const lying = Buffer.from(whole);
  const table = lying.indexOf(Buffer.from('504b0102', 'hex'));
  lying.writeUInt32LE(10, table + 24);
  const archive = await openBytes(t, lying);
  await rejectsWith('broken_file', contentOf(archive?.files[0] as OpenArchive['files'][number]));
});

test('that the content could not be had is no fault of the archive', async () => {
  async function* content(): AsyncIterable<Uint8Array> {
    yield text('PK');
    throw new Error('The bucket is away');
  }
  await assert.rejects(new ZipArchives().open(content(), LIMITS), { message: 'The bucket is away' });
});

function open(t: Closing, files: Record<string, Uint8Array>): Promise<OpenArchive | null> {
  return openBytes(t, zipSync(files));
}

interface Closing {
  after(hook: () => Promise<void>): void;
}

async function openBytes(t: Closing, bytes: Uint8Array): Promise<OpenArchive | null> {
  async function* content(): AsyncIterable<Uint8Array> {
    yield bytes;
  }
  const archive = await new ZipArchives().open(content(), LIMITS);
  if (archive !== null) t.after(() => archive.close());
  return archive;
}

async function contentOf(file: OpenArchive['files'][number]): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of file.content()) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof Fault && error.code === code);
}
