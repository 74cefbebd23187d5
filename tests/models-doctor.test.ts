import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelServer } from './support/model-server.ts';
import { checkChosenModels, checkModels } from '#main/doctor/check-models.ts';
import { readConfig } from '#main/config.ts';

const settings = (url: string, changes: Readonly<Record<string, string>> = {}) =>
  readConfig({
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: url,
    PREHEAT_EMBEDDER: 'openai:embed-small',
    PREHEAT_EMBEDDER_URL: url,
    ...changes,
  });

test('built-in models are in order without a call', async () => {
  const checks = await checkModels(readConfig({}));
  assert.deepEqual(
    checks.map(({ state, detail }) => [state, detail]),
    [
      ['ok', 'extractive, built in'],
      ['ok', 'lexical, built in'],
    ],
  );
});

test('configured models are called for real, and told with tokens, dimensions and time', async () => {
  await using server = await ModelServer.open();
  const [generator, embedder] = await checkModels(settings(server.openAiUrl));
  assert.match(generator?.detail ?? '', /^openai:small answers \(120 tokens\), in \d+ ms$/);
  assert.match(embedder?.detail ?? '', /^openai:embed-small gives 8 dimensions, in \d+ ms$/);
});

test('a model that is not there, a wrong key and a wrong size are told with what to do', async () => {
  await using server = await ModelServer.open();
  const [missing] = await checkModels(settings(server.openAiUrl, { PREHEAT_GENERATOR: 'openai:big' }));
  assert.deepEqual([missing?.state, /PREHEAT_GENERATOR/.test(missing?.remedy ?? '')], ['fail', true]);
  assert.match(missing?.detail ?? '', /no model "big"/);
  server.mishaps.push({ kind: 'status', status: 401 }, { kind: 'status', status: 401 });
  const refused = await checkModels(settings(server.openAiUrl));
  assert.deepEqual(
    refused.map(({ state, remedy }) => [state, /_KEY/.test(remedy ?? '')]),
    [
      ['fail', true],
      ['fail', true],
    ],
  );
  const [one, other] = [Array<number>(8).fill(1), Array.from({ length: 8 }, (_, i) => i)];
  server.mishaps.push({ kind: 'vectors', vectors: [one, other] });
  const small = { PREHEAT_GENERATOR: 'extractive', PREHEAT_EMBEDDER_DIMENSIONS: '4' };
  const [, embedder] = await checkModels(settings(server.openAiUrl, small));
  assert.deepEqual([embedder?.state, /_DIMENSIONS/.test(embedder?.remedy ?? '')], ['fail', true]);
});

test('a local model without its package says which one to install', async () => {
  const [, embedder] = await checkModels(readConfig({ PREHEAT_EMBEDDER: 'local:all-MiniLM-L6-v2' }));
  assert.equal(embedder?.state, 'fail');
  assert.match(embedder?.detail ?? '', /npm install @huggingface\/transformers/);
});

test('what projects chose for themselves is called too, each model once', async () => {
  await using server = await ModelServer.open();
  const choice = (model: string) => ({
    model,
    baseUrl: server.openAiUrl,
    keyName: null,
    dimensions: null,
    timeoutSeconds: null,
    concurrency: null,
    inputPrice: null,
    outputPrice: null,
  });
  const checks = await checkChosenModels(readConfig({}), [
    { project: 'nurses', role: 'generator', choice: choice('openai:small') },
    { project: 'nurses', role: 'embedder', choice: choice('lexical') },
    { project: 'guests', role: 'generator', choice: choice('openai:big') },
    { project: 'guests', role: 'embedder', choice: choice('openai:embed-small') },
    { project: 'others', role: 'generator', choice: choice('openai:big') },
  ]);
  assert.deepEqual(
    checks.map(({ name, state }) => [name, state]),
    [
      ['Generator of nurses', 'ok'],
      ['Generator of others', 'fail'],
      ['Embedder of guests', 'ok'],
    ],
  );
  assert.match(checks[1]?.detail ?? '', /no model "big"/);
  assert.match(checks[1]?.remedy ?? '', /preheat projects set/);
  assert.match(checks[2]?.detail ?? '', /gives 8 dimensions/);
});
