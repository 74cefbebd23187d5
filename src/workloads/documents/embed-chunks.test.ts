import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chunk } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { Embedder } from '#ports/model.ts';
import { chunkEmbedders } from './embed-chunks.ts';

const CHUNK: Chunk = { headings: [], page: null, tokens: 2, paragraphs: [{ hash: 'h', text: 'Some text.' }] };

test('a group that is embedded for too long is given up, and its file may be tried again', async () => {
  const ended: string[] = [];
  const embedder: Embedder = {
    name: 'endless',
    dimensions: 1,
    async embed(_texts, signal) {
      await sleep(600_000, null, { signal }).catch((error: Error) => ended.push(error.name));
      throw signal.reason;
    },
  };
  const open = chunkEmbedders({
    embedderOf: async () => embedder,
    documents: { knownVectors: async () => [null] },
    concurrency: 1,
    timeoutMs: 1,
  });
  const chunkEmbedder = await open(1);
  const { signal } = new AbortController();
  await assert.rejects(
    chunkEmbedder.embed(1, [CHUNK], { signal, spending: { tokens: 0, costMicros: 0 } }),
    (error) => error instanceof Fault && error.kind === 'unavailable' && error.code === 'embedding_timed_out',
  );
  assert.deepEqual(ended, ['AbortError']);
});
