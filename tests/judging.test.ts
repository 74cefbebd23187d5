import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import { PreheatClient } from '#sdk/index.ts';
import type { Heard } from './support/model-server.ts';
import { ModelServer } from './support/model-server.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

let model: ModelServer;
let server: RunningServer;
let client: PreheatClient;
const folder = temporaryFolder();

before(async () => {
  model = await ModelServer.open();
  model.reply = (heard) => (isJudging(heard) ? MARKS : 'You get 26 days [1].');
  const config = readConfig({ PREHEAT_DATA: folder.path, PREHEAT_PORT: '0', ...settingsOf(model) });
  server = await startServer(config, { log: () => {} });
  client = new PreheatClient({ baseUrl: server.url, retries: 0 });
  await upload(client);
});
after(async () => {
  await server.stop();
  await model[Symbol.asyncDispose]();
  folder.remove();
});

const MARKS = '{"faithful": 95, "complete": 40, "why": "March is missing."}';

function isJudging({ body }: Heard): boolean {
  return JSON.stringify(body).includes('You judge an answer');
}

function settingsOf({ openAiUrl }: ModelServer): Record<string, string> {
  return {
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: openAiUrl,
    PREHEAT_JUDGE: 'openai:small',
    PREHEAT_JUDGE_URL: openAiUrl,
    PREHEAT_JUDGE_PERCENT: '100',
  };
}

async function upload(to: PreheatClient): Promise<void> {
  const content = '# Leave\n\nYou get 26 days of holiday in a year. Unused days move into March.\n';
  await to.batches.wait((await to.documents.upload([{ name: 'leave.md', content }])).id);
}

/** Nobody waits for a judge: what it did is looked for until it is there. */
async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** They are counted a moment after they are kept. */
function judgedHours(by = client) {
  return until(async () => {
    const { items } = await by.answers.judgedHours();
    return items.length > 0 ? items : null;
  });
}

function judgedAnswers(by = client) {
  return until(async () => {
    const { items } = await by.answers.judged({ below: 70 });
    return items.length > 0 ? items : null;
  });
}

test('an answer is judged behind the ask, kept with it, listed when its mark is low, and charted', async () => {
  const asked = await client.ask('How many days of holiday do I get?');
  const [judged] = await judgedAnswers();
  assert.deepEqual(
    [judged?.answerId, judged?.faithful, judged?.complete, judged?.why, judged?.judge],
    [asked.id, 95, 40, 'March is missing.', 'openai:small'],
  );
  assert.equal((await client.answers.judgement(asked.id ?? '')).complete, 40);
  const hours = await judgedHours();
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
  await assert.rejects(client.answers.judgement(asked.id ?? ''), { status: 404 });
});

test('what could not be judged yet is told with the reason, and goes along in a copy of the project', async () => {
  model.reply = (heard) => (isJudging(heard) ? 'Quite good, I think.' : 'You get 26 days [1].');
  await client.ask('How many days off are there?');
  const state = await until(async () => {
    const now = await client.answers.judging();
    return now.troubles.length > 0 ? now : null;
  });
  assert.deepEqual([state.waiting, state.failed], [1, 0]);
  const [trouble] = state.troubles;
  assert.deepEqual([trouble?.code, trouble?.waiting, trouble?.failed], ['judgement_unreadable', 1, 0]);
  assert.ok(Date.parse(state.nextAt ?? '') > Date.now());
  assert.deepEqual(await client.answers.retryJudging(), { retried: 0 });
  const copy = new Blob([await new Response(await client.projects.export('default')).text()]);
  await client.projects.import('copied', copy);
  const there = await new PreheatClient({ baseUrl: server.url, project: 'copied' }).answers.judging();
  assert.deepEqual([there.waiting, there.troubles], [1, state.troubles]);
});

test('an answer whose judge was at work when the server was killed is judged after the restart', async (t) => {
  await using judge = await ModelServer.open();
  const own = temporaryFolder();
  t.after(() => own.remove());
  const begun = Promise.withResolvers<void>();
  judge.reply = (heard) => (isJudging(heard) ? MARKS : 'You get 26 days [1].');
  judge.beforePiece = () => {
    if (!judge.heard.some(isJudging)) return;
    begun.resolve();
    return new Promise(() => {});
  };
  const killed = await startServerProcess(own.path, settingsOf(judge));
  t.after(() => killed.stop('SIGKILL'));
  await upload(killed.client);
  const asked = await killed.client.ask('How many days of holiday do I get?');
  await begun.promise;
  assert.equal((await killed.client.answers.judging()).waiting, 1);
  await killed.stop('SIGKILL');
  judge.beforePiece = () => {};
  const next = await startServerProcess(own.path, settingsOf(judge));
  t.after(() => next.stop('SIGKILL'));
  const [judged] = await judgedAnswers(next.client);
  assert.deepEqual([judged?.answerId, judged?.complete], [asked.id, 40]);
  assert.deepEqual(await next.client.answers.judging(), {
    waiting: 0,
    nextAt: null,
    failed: 0,
    troubles: [],
  });
  const hours = await judgedHours(next.client);
  assert.deepEqual(
    hours.map(({ judged: count }) => count),
    [1],
  );
});
