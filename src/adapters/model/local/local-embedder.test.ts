import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalEmbedder } from './local-embedder.ts';

const NEVER = new AbortController().signal;

test('without the package it says what to install, and may be tried again', async () => {
  let loads = 0;
  const absent = (): Promise<unknown> => {
    loads += 1;
    return Promise.reject(Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' }));
  };
  const embedder = new LocalEmbedder('tiny', '/models', absent);
  for (let n = 0; n < 2; n += 1) {
    await assert.rejects(embedder.embed(['x'], NEVER), {
      code: 'model_package_missing',
      message: /npm install @huggingface\/transformers/,
    });
  }
  assert.equal(loads, 2);
});

test('it is loaded once, from the folder alone, and embeds in groups', async () => {
  const env = { allowRemoteModels: true, localModelPath: '' };
  const groups: number[] = [];
  const opened: string[] = [];
  const pipeline = async (task: string, model: string) => {
    opened.push(`${task} ${model}`);
    return async (texts: readonly string[]) => {
      groups.push(texts.length);
      return { tolist: () => texts.map(() => [0.6, 0.8]) };
    };
  };
  const embedder = new LocalEmbedder('tiny', '/data/models', async () => ({ env, pipeline }));
  const vectors = await embedder.embed(Array.from({ length: 20 }, String), NEVER);
  await embedder.embed(['one more'], NEVER);
  assert.deepEqual([vectors.length, embedder.dimensions, embedder.name], [20, 2, 'local:tiny']);
  assert.deepEqual([groups, opened], [[16, 4, 1], ['feature-extraction tiny']]);
  assert.deepEqual(env, { allowRemoteModels: false, localModelPath: '/data/models' });
});
