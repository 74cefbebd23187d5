import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Blobs } from '#ports/blobs.ts';
import { MAX_NAME_LENGTH, receiveFile } from './receive-file.ts';

test('a file is kept, and its entry says what it is', async () => {
  const { blobs, kept } = openBlobs();
  const entry = await receive(blobs, 'handbook/leave.md', 'Twenty-six days');
  assert.deepEqual(entry, {
    name: 'handbook/leave.md',
    sha256: 'a-hash',
    bytes: 15,
    mediaType: 'text/plain',
  });
  assert.deepEqual(kept, ['Twenty-six days']);
});

test('what begins like a zip is looked into, one that holds nothing too', async () => {
  const { blobs } = openBlobs();
  for (const start of ['PK\u0003\u0004', 'PK\u0005\u0006'])
    assert.equal((await receive(blobs, 'files.txt', `${start}...`))['isZip'], true);
  assert.equal((await receive(blobs, 'files.zip', 'PKs are keys'))['isZip'], undefined);
});

test('a name leads nowhere and shows everywhere', async () => {
  const { blobs } = openBlobs();
  assert.equal((await receive(blobs, '../../etc/passwd', 'x'))['name'], 'etc/passwd');
  assert.equal((await receive(blobs, 'C:\\files\\a\u0000\n.md', 'x'))['name'], 'C:/files/a.md');
});

test('a file without a name, or with an endless one, is refused and not kept', async () => {
  const { blobs, kept } = openBlobs();
  await rejectsWith('name_missing', receive(blobs, ' /../ ', 'x'));
  await rejectsWith('name_too_long', receive(blobs, 'a'.repeat(MAX_NAME_LENGTH + 1), 'x'));
  assert.deepEqual(kept, []);
});

/** Keeps what it is given under one name: the name of a file is what these tests are about. */
function openBlobs(): { blobs: Blobs; kept: string[] } {
  const kept: string[] = [];
  const blobs: Blobs = {
    async put(bytes) {
      let text = '';
      for await (const part of bytes) text += new TextDecoder().decode(part);
      kept.push(text);
      return { sha256: 'a-hash', bytes: text.length };
    },
    get: async () => null,
    delete: async () => {},
    list: () => assert.fail('nothing is listed'),
  };
  return { blobs, kept };
}

function receive(blobs: Blobs, name: string, content: string): ReturnType<typeof receiveFile> {
  async function* bytes(): AsyncIterable<Uint8Array> {
    yield new TextEncoder().encode(content);
  }
  return receiveFile(
    { blobs, limits: { maxFileBytes: 100 } },
    { name, mediaType: 'text/plain', bytes: bytes() },
    null,
  );
}

async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof Fault && error.code === code);
}
