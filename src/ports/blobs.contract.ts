import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Blobs } from './blobs.ts';

export interface BlobsFixture {
  readonly blobs: Blobs;
  /** How many files are kept, finished or not. */
  readonly count: () => Promise<number>;
}

/** What every place for files promises. */
export function blobsContract(open: (t: TestContext) => Promise<BlobsFixture>): void {
  describe('blobs', () => {
    test('a file comes back as it went in, under the hash of its content', async (t) => {
      const { blobs } = await open(t);
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
      const stored = await blobs.put(inParts(bytes, 70_000), 1_000_000);
      assert.deepEqual(stored, { sha256: sha256(bytes), bytes: 300_000 });
      assert.deepEqual(await contentOf(blobs, stored.sha256), bytes);
    });

    test('storing the same content twice, even at once, keeps one file', async (t) => {
      const { blobs, count } = await open(t);
      const bytes = Buffer.from('badgers');
      const [one, two] = await Promise.all([
        blobs.put(inParts(bytes, 3), 100),
        blobs.put(inParts(bytes, 2), 100),
      ]);
      assert.deepEqual(one, two);
      assert.equal(await count(), 1);
    });

    test('an empty file is a file', async (t) => {
      const { blobs } = await open(t);
      const stored = await blobs.put(inParts(new Uint8Array(), 1), 100);
      assert.equal((await contentOf(blobs, stored.sha256))?.byteLength, 0);
    });

    test('exactly the limit is allowed; a byte more is refused, read no further, and leaves nothing', async (t) => {
      const { blobs, count } = await open(t);
      await blobs.delete((await blobs.put(inParts(new Uint8Array(10), 4), 10)).sha256);
      let given = 0;
      async function* endless(): AsyncIterable<Uint8Array> {
        for (;;) yield new Uint8Array((given += 4) > 0 ? 4 : 0);
      }
      await assert.rejects(
        blobs.put(endless(), 10),
        (error) => error instanceof Fault && error.code === 'file_too_large',
      );
      assert.equal(given, 12);
      assert.equal(await count(), 0);
    });

    test('a sender that hangs up leaves nothing, and its error comes through', async (t) => {
      const { blobs, count } = await open(t);
      const hangUp = new Error('hung up');
      async function* dying(): AsyncIterable<Uint8Array> {
        yield Buffer.from('half of');
        throw hangUp;
      }
      await assert.rejects(blobs.put(dying(), 100), hangUp);
      assert.equal(await count(), 0);
    });

    test('what is kept is listed, with the time at which it was stored', async (t) => {
      const { blobs } = await open(t);
      const before = Date.now() - 2_000;
      const stored = await Promise.all(
        ['one', 'two', ''].map((each) => blobs.put(inParts(Buffer.from(each), 2), 9)),
      );
      const listed: string[] = [];
      for await (const { sha256: name, keptAt } of blobs.list()) {
        listed.push(name);
        assert.ok(keptAt >= before && keptAt <= Date.now() + 2_000, `${keptAt}`);
      }
      assert.deepEqual(new Set(listed), new Set(stored.map((each) => each.sha256)));
    });

    test('what is not there is null, and may be deleted', async (t) => {
      const { blobs } = await open(t);
      for (const name of ['0'.repeat(64), '../../etc/passwd', '', 'A'.repeat(64)]) {
        assert.equal(await blobs.get(name), null);
        await blobs.delete(name);
      }
    });
  });
}

async function contentOf(blobs: Blobs, name: string): Promise<Uint8Array | null> {
  const content = await blobs.get(name);
  if (content === null) return null;
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

async function* inParts(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
