import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import { PreheatClient } from '#sdk/index.ts';
import type { Batch } from '#sdk/index.ts';
import { latch } from './support/answers.ts';
import { ModelServer } from './support/model-server.ts';
import { temporaryFolder } from './support/server.ts';

const LEXICAL = new LexicalEmbedder().name;
const QUESTION = 'How many days of holiday do I get?';
const FILES = [
  { name: 'leave.md', content: '# Leave\n\nYou get 26 days of holiday in a year.\n' },
  { name: 'dogs.md', content: '# Dogs\n\nDogs are welcome on Fridays.\n' },
];

let model: ModelServer;
let server: RunningServer | null = null;
let client: PreheatClient;
const folder = temporaryFolder();

before(async () => (model = await ModelServer.open()));
after(async () => {
  await server?.stop();
  await model[Symbol.asyncDispose]();
  folder.remove();
});
beforeEach(() => {
  model.heard.length = 0;
  model.beforeVectors = () => {};
});

async function start(embedder: string): Promise<void> {
  await server?.stop();
  const config = readConfig({
    PREHEAT_DATA: folder.path,
    PREHEAT_PORT: '0',
    PREHEAT_EMBEDDER: embedder,
    ...(embedder === 'lexical'
      ? {}
      : { PREHEAT_EMBEDDER_URL: model.openAiUrl, PREHEAT_EMBEDDER_PRICE: '0.5' }),
  });
  server = await startServer(config, { log: () => {} });
  client = new PreheatClient({ baseUrl: server.url, retries: 0 });
}

/** What of documents was embedded: its heading stands on a line of its own. Questions are looked at again meanwhile. */
const passagesHeard = (): string[] =>
  model.heard.flatMap(({ body }) => body['input'] as string[]).filter((input) => input.includes('\n'));

const embedder = async () => (await client.projects.get('default')).effective.embedder;

/** Polls what the API says, as a person would reload the page. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const serves = (name: string) => until(async () => ((await embedder()).serving === name ? true : undefined));

const reindexing = (): Promise<Batch> =>
  until(async () => (await client.batches.list({ source: 'reindex' })).items[0]);

test('the first embedder serves from the first document on', async () => {
  await start('lexical');
  await client.batches.wait((await client.documents.upload(FILES)).id);
  assert.deepEqual(await embedder(), { serving: LEXICAL, wanted: LEXICAL });
  assert.equal((await client.ask(QUESTION)).cache.status, 'miss');
});

test('another embedder makes the index anew in a batch that everybody sees, and the old one serves meanwhile', async () => {
  const gate = latch();
  model.beforeVectors = () => gate.opened;
  await start('openai:embed-small');
  const batch = await reindexing();
  assert.deepEqual(
    [batch.workload, batch.name, batch.source.kind, batch.total],
    ['reindex', 'Index with openai:embed-small', 'reindex', 2],
  );
  assert.deepEqual(await embedder(), { serving: LEXICAL, wanted: 'openai:embed-small' });
  assert.equal((await client.ask(QUESTION)).cache.status, 'hit', 'what is warm stays warm');
  assert.equal((await client.ask('When are dogs welcome?')).found, true);
  assert.ok(
    model.heard.every(({ body }) => (body['input'] as string[]).every((text) => !text.endsWith('?'))),
  );
  gate.open();
  await serves('openai:embed-small');
  const done = await client.batches.get(batch.id);
  assert.deepEqual([done.status, done.counts.completed], ['completed', 2]);
  // The model counts a token for each text.
  const { items } = await client.batches.items(batch.id);
  assert.deepEqual(items[0]?.result?.['embedding'], { tokens: 1, cost: 0.000001 });
});

test('then questions are embedded by the new one, and what is answered rests on what it finds', async () => {
  const asked = await client.ask(QUESTION);
  assert.match(asked.answer, /26 days of holiday/);
  const questions = model.heard.filter(({ body }) => (body['input'] as string[]).includes(QUESTION));
  assert.equal(questions.length, 1);
});

test('a document that comes later is embedded by it, and an unchanged one keeps its vectors', async () => {
  const file = { name: 'cats.md', content: '# Cats\n\nCats stay at home.\n' };
  await client.batches.wait((await client.documents.upload([file])).id);
  assert.deepEqual(passagesHeard(), ['Cats\nCats stay at home.']);
  // An hour may have ended since the first.
  const { items: hours } = await client.system.hours();
  const sumOf = (name: string) => hours.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);
  assert.deepEqual([sumOf('embedding_tokens'), sumOf('embedding_cost_micros')], [3, 3]);
  await client.batches.wait((await client.documents.upload(FILES, { options: { refresh: true } })).id);
  assert.equal(passagesHeard().length, 1, 'nothing was embedded again');
});

test('when the embedder that serves is gone, words alone find, and another one takes its place', async () => {
  await model[Symbol.asyncDispose]();
  await start('lexical');
  assert.equal((await client.ask('When are dogs welcome, and who may bring them?')).found, true);
  await serves(LEXICAL);
  assert.match((await client.ask(QUESTION)).answer, /26 days of holiday/);
});

test('a project chooses its own embedder', async () => {
  model = await ModelServer.open();
  await client.projects.create('own');
  const own = new PreheatClient({ baseUrl: server?.url ?? '', project: 'own', retries: 0 });
  const choice = { model: 'openai:embed-small', baseUrl: model.openAiUrl, dimensions: 4 };
  const { effective } = await client.projects.change('own', { embedder: choice });
  assert.equal(effective.embedder.wanted, 'openai:embed-small@4');
  await own.batches.wait((await own.documents.upload(FILES)).id);
  assert.equal((await client.projects.get('own')).effective.embedder.serving, 'openai:embed-small@4');
  assert.equal((await own.ask(QUESTION)).found, true);
  assert.ok(model.heard.some(({ body }) => body['dimensions'] === 4));
  assert.deepEqual(await embedder(), { serving: LEXICAL, wanted: LEXICAL });
});
