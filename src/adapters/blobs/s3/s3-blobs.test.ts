import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import { blobsContract } from '#ports/blobs.contract.ts';
import { S3Blobs } from './s3-blobs.ts';
import type { S3Settings } from './s3-blobs.ts';
import { startS3 } from './loopback-s3.ts';
import type { LoopbackS3 } from './loopback-s3.ts';

blobsContract(async (t) => {
  const { blobs, server } = await open(t);
  return { blobs, count: async () => server.objects.size };
});

test('names begin with the prefix, and what else is in the bucket is not listed', async (t) => {
  const { blobs, server } = await open(t, { prefix: 'team/files/' });
  const { sha256 } = await blobs.put(inOne('badgers'), 100);
  server.objects.set('team/files/readme.txt', { content: Buffer.from('x'), at: Date.now() });
  server.objects.set('other', { content: Buffer.from('x'), at: Date.now() });
  assert.ok(server.objects.has(`team/files/${sha256}`));
  assert.deepEqual(await namesIn(blobs), [sha256]);
});

test('a listing of many pages is read to its end', async (t) => {
  const { blobs, server } = await open(t);
  for (let i = 0; i < 25; i += 1) {
    const name = String(i).padStart(64, '0');
    server.objects.set(name, { content: Buffer.from('x'), at: Date.now() });
  }
  assert.equal((await namesIn(blobs)).length, 25);
});

test('a wrong secret is refused by name, and not tried again', async (t) => {
  const { blobs, server } = await open(t, { secretAccessKey: 'wrong' });
  await rejectsWith(/403 SignatureDoesNotMatch/, blobs.put(inOne('badgers'), 100));
  assert.equal(server.calls, 1);
});

test('a service that stumbles is asked again; one that stays away is unavailable', async (t) => {
  const { blobs, server } = await open(t);
  server.failNext(2, 503);
  const { sha256 } = await blobs.put(inOne('badgers'), 100);
  assert.ok(server.objects.has(sha256));
  server.failNext(99, 500);
  await rejectsWith(/500 InternalError/, blobs.delete(sha256));
  const gone = await open(t);
  await gone.server.close();
  await rejectsWith(/ECONNREFUSED/, gone.blobs.delete(sha256));
});

async function open(
  t: TestContext,
  changes: Partial<S3Settings> = {},
): Promise<{ blobs: S3Blobs; server: LoopbackS3 }> {
  const server = await startS3({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    region: 'eu-west-1',
    bucket: 'files',
  });
  t.after(() => server.close());
  return { blobs: new S3Blobs({ ...settingsOf(server), ...changes }), server };
}

function settingsOf(server: LoopbackS3): S3Settings {
  return {
    endpoint: server.url,
    region: 'eu-west-1',
    bucket: 'files',
    prefix: '',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    timeoutMs: 10_000,
  };
}

async function namesIn(blobs: S3Blobs): Promise<string[]> {
  const names: string[] = [];
  for await (const { sha256 } of blobs.list()) names.push(sha256);
  return names;
}

async function* inOne(content: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(content);
}

async function rejectsWith(why: RegExp, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(
    promise,
    (error) => error instanceof Fault && error.code === 'blobs_failed' && why.test(error.message),
  );
}
