import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import { PreheatClient } from '#sdk/index.ts';
import { ModelServer } from './support/model-server.ts';
import { temporaryFolder } from './support/server.ts';

let model: ModelServer;
let server: RunningServer;
let client: PreheatClient;
const folder = temporaryFolder();

before(async () => {
  model = await ModelServer.open();
  model.reply = ({ body }) =>
    JSON.stringify(body).includes('You judge an answer')
      ? '{"faithful": 95, "complete": 40, "why": "March is missing."}'
      : 'You get 26 days [1].';
  const url = { PREHEAT_GENERATOR_URL: model.openAiUrl, PREHEAT_JUDGE_URL: model.openAiUrl };
  const config = readConfig({
    PREHEAT_DATA: folder.path,
    PREHEAT_PORT: '0',
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_JUDGE: 'openai:small',
    PREHEAT_JUDGE_PERCENT: '100',
    ...url,
  });
  server = await startServer(config, { log: () => {} });
  client = new PreheatClient({ baseUrl: server.url, retries: 0 });
  const content = '# Leave\n\nYou get 26 days of holiday in a year. Unused days move into March.\n';
  await client.batches.wait((await client.documents.upload([{ name: 'leave.md', content }])).id);
});
after(async () => {
  await server.stop();
  await model[Symbol.asyncDispose]();
  folder.remove();
});

/** Nobody waits for a judge: it is looked for until it is there. */
async function judgedAnswers() {
  for (;;) {
    const { items } = await client.answers.judged({ below: 70 });
    if (items.length > 0) return items;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('an answer is judged behind the ask, kept with it, listed when its mark is low, and charted', async () => {
  const asked = await client.ask('How many days of holiday do I get?');
  const [judged] = await judgedAnswers();
  assert.deepEqual(
    [judged?.answerId, judged?.faithful, judged?.complete, judged?.why, judged?.judge],
    [asked.id, 95, 40, 'March is missing.', 'openai:small'],
  );
  assert.equal((await client.answers.judgement(asked.id)).complete, 40);
  const { items: hours } = await client.answers.judgedHours();
  assert.deepEqual(
    hours.map(({ judged: count, faithful, complete, tokens }) => [count, faithful, complete, tokens]),
    [[1, 95, 40, 120]],
  );
  assert.equal((await client.answers.judged({ below: 40 })).items.length, 0);
  const { models } = await client.system.ready();
  assert.ok(models.some(({ role, calls }) => role === 'judge' && calls === 1));
});

test('an answer that was not judged says so', async () => {
  const asked = await client.ask('What is the moon made of?');
  assert.equal(asked.found, true);
  await client.answers.purge({ all: true });
  await assert.rejects(client.answers.judgement(asked.id), { status: 404 });
});
