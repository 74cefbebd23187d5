import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import { PreheatClient } from '#sdk/index.ts';
import type { PreheatError } from '#sdk/index.ts';
import { awayFromMidnight } from './support/midnight.ts';
import { ModelServer } from './support/model-server.ts';
import { temporaryFolder } from './support/server.ts';

const HANDBOOK = '# Leave\n\nYou get 26 days of holiday in a year.\n\nUnused days move into March.\n';
/** What the model says that each of its answers took. */
const PER_CALL = 120;

let model: ModelServer;
let server: RunningServer;
let client: PreheatClient;
const folder = temporaryFolder();

before(async () => {
  await awayFromMidnight();
  model = await ModelServer.open();
  model.reply = () => 'You get 26 days [1].';
  const config = readConfig({
    PREHEAT_DATA: folder.path,
    PREHEAT_PORT: '0',
    PREHEAT_ADMIN_KEY: 'admin',
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: model.openAiUrl,
    PREHEAT_REWARM_TOKENS_PER_DAY: '0',
  });
  server = await startServer(config, { log: () => undefined });
  client = clientOf('admin');
});
after(async () => {
  await server.stop();
  await model[Symbol.asyncDispose]();
  folder.remove();
});

const clientOf = (apiKey: string, project?: string): PreheatClient =>
  new PreheatClient({ baseUrl: server.url, apiKey, project, retries: 0 });

async function projectOf(name: string): Promise<PreheatClient> {
  await client.projects.create(name);
  const project = clientOf('admin', name);
  await project.batches.wait((await project.documents.upload([{ name: 'leave.md', content: HANDBOOK }])).id);
  return project;
}

const question = (n: number): string => `How many days of holiday does person number ${n} get?`;

async function spentOf(project: PreheatClient): Promise<number> {
  const { budgets } = await project.system.limits();
  return budgets.find(({ scope }) => scope === 'project')?.spent ?? -1;
}

/** Where nothing is limited, nobody waits for the booking. */
async function booked(project: PreheatClient, tokens: number): Promise<void> {
  const until = Date.now() + 20_000;
  while ((await spentOf(project)) !== tokens) {
    if (Date.now() > until) assert.equal(await spentOf(project), tokens);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a hundred asks at once on a budget that is nearly spent: one is answered, and what is cached still is', async () => {
  const project = await projectOf('asks');
  await client.projects.change('asks', { tokensPerDay: 2 * PER_CALL + 1 });
  await project.ask(question(1));
  await project.ask(question(2));
  assert.equal(await spentOf(project), 2 * PER_CALL);
  const calls = model.heard.length;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) => project.ask(question(n + 10))),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(model.heard.length, calls + 1);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    const { status, code } = outcome.reason as PreheatError;
    assert.deepEqual([status, code], [429, 'budget_spent']);
  }
  assert.equal(await spentOf(project), 3 * PER_CALL, 'overspent by less than one call');
  const refused = await project.ask(question(500)).then(
    () => assert.fail('it was answered'),
    (error: unknown) => error as PreheatError,
  );
  const untilMidnight = Math.ceil((Math.floor(Date.now() / 86_400_000) + 1) * 86_400 - Date.now() / 1_000);
  assert.ok(
    Math.abs((refused.retryAfterSeconds ?? 0) - untilMidnight) < 60,
    `${refused.retryAfterSeconds} s`,
  );
  assert.match(refused.message, /241 tokens a day of this project are spent \(360\)/);
  assert.equal((await project.ask(question(1))).cache.status, 'hit');
  const metrics = await (
    await fetch(`${server.url}/metrics`, { headers: { 'Preheat-Key': 'admin' } })
  ).text();
  assert.match(metrics, /^preheat_tokens_today\{project="asks",state="spent"\} 360$/m);
  assert.match(metrics, /^preheat_token_budget\{project="asks"\} 241$/m);
  const { effective } = await client.projects.change('asks', { tokensPerDay: 0 });
  assert.deepEqual(effective.tokens, { perDay: null, spent: 360 });
  assert.equal((await project.ask(question(500))).cache.status, 'miss');
});

test('a batch waits with the reason, no item loses an attempt, and it goes on when there is more', async () => {
  const project = await projectOf('batches');
  await client.projects.change('batches', { tokensPerDay: PER_CALL });
  const items = Array.from({ length: 30 }, (_, n) => question(n));
  const { id } = await project.batches.submit({ workload: 'answers', items });
  let batch = await project.batches.get(id);
  while (batch.hold === null || batch.counts.processing > 0 || batch.counts.completed === 0)
    batch = await project.batches.get(id, { waitSeconds: 10, sinceVersion: batch.version });
  assert.deepEqual([batch.counts.completed, batch.hold.code], [1, 'budget_spent']);
  const listed = await project.batches.items(id, { limit: 100 });
  const { waiting } = await project.items.get(listed.items.at(-1)?.id ?? '');
  assert.equal(waiting?.why, 'held');
  assert.equal(await spentOf(project), PER_CALL);
  await client.projects.change('batches', { tokensPerDay: null });
  await project.batches.resume(id);
  const ended = await project.batches.wait(id);
  assert.deepEqual([ended?.counts.completed, ended?.counts.failed], [30, 0]);
  assert.equal(await spentOf(project), 30 * PER_CALL);
});

test('a key has a budget of its own, for what it asks, what it queues and what it asks for later', async () => {
  const project = await projectOf('keys');
  const made = await client.keys.create({
    name: 'assistant',
    project: 'keys',
    scopes: ['ask', 'warm'],
    tokensPerDay: PER_CALL,
  });
  const assistant = clientOf(made.key);
  await assistant.ask(question(1));
  await assert.rejects(assistant.ask(question(2)), { status: 429, code: 'budget_spent' });
  await assert.rejects(assistant.asks.stream(question(2)).next(), { status: 429, code: 'budget_spent' });
  const { id } = await assistant.batches.submit({ workload: 'answers', items: [question(3)] });
  let batch = await assistant.batches.get(id);
  while (batch.hold === null)
    batch = await assistant.batches.get(id, { waitSeconds: 10, sinceVersion: batch.version });
  assert.match(batch.hold.message, /tokens a day of this key are spent/);
  const later = await assistant.asks.start(question(4));
  assert.equal(later.status, 'pending');
  assert.equal((await project.ask(question(5))).cache.status, 'miss', 'the project has more');
  const { budgets } = await project.system.limits();
  assert.deepEqual(
    budgets.map(({ who, tokensPerDay, spent }) => [who, tokensPerDay, spent]),
    [
      [null, null, 2 * PER_CALL],
      ['assistant', PER_CALL, PER_CALL],
    ],
  );
  await client.keys.change(made.id, { tokensPerDay: 0 });
  assert.equal((await assistant.ask(question(2))).cache.status, 'miss');
});

test('what embeds documents is booked on the project, and files wait while its budget is spent', async () => {
  await client.projects.create('files');
  await client.projects.change('files', {
    tokensPerDay: 1_000,
    embedder: { model: 'openai:embed-small', baseUrl: model.openAiUrl },
  });
  const project = clientOf('admin', 'files');
  const embedded = () => model.heard.filter(({ path }) => path.endsWith('/embeddings')).length;
  const before = embedded();
  const first = await project.documents.upload([{ name: 'leave.md', content: HANDBOOK }]);
  await project.batches.wait(first.id);
  const spent = await spentOf(project);
  assert.ok(spent > 0, `${spent} tokens`);
  assert.equal(embedded(), before + 1);
  await client.projects.change('files', { tokensPerDay: spent });
  const { id } = await project.documents.upload([{ name: 'more.md', content: HANDBOOK.replace('26', '27') }]);
  let batch = await project.batches.get(id);
  while (batch.hold === null)
    batch = await project.batches.get(id, { waitSeconds: 10, sinceVersion: batch.version });
  assert.equal(batch.hold.code, 'budget_spent');
  assert.equal(embedded(), before + 1, 'nothing was embedded beyond it');
  await client.projects.change('files', { tokensPerDay: 0 });
  await project.batches.resume(id);
  const ended = await project.batches.wait(id);
  assert.deepEqual([ended?.counts.completed, ended?.counts.failed], [1, 0]);
  assert.ok((await spentOf(project)) > spent);
});

test('what embeds a question is booked with its answer, on project and key; what is warm is served when all is spent', async () => {
  await client.projects.create('questions');
  const embedder = { model: 'openai:embed-small', baseUrl: model.openAiUrl, inputPrice: 1_000 };
  await client.projects.change('questions', { embedder });
  const project = clientOf('admin', 'questions');
  const upload = async (content: string): Promise<void> => {
    await project.batches.wait((await project.documents.upload([{ name: 'leave.md', content }])).id);
  };
  await upload(HANDBOOK);
  const { key } = await client.keys.create({
    name: 'asker',
    project: 'questions',
    scopes: ['ask', 'read'],
  });
  const assistant = clientOf(key);
  const before = await spentOf(project);
  const { usage } = await assistant.ask(question(1));
  const embedding = usage.inputTokens + usage.outputTokens - PER_CALL;
  assert.ok(embedding > 0, `${embedding} tokens`);
  assert.equal(usage.cost, (embedding * 1_000) / 1_000_000);
  await booked(project, before + PER_CALL + embedding);
  const ofKey = (await project.system.limits()).budgets.find(({ who }) => who === 'asker');
  assert.equal(ofKey?.spent, PER_CALL + embedding);
  await assistant.documents.search('holiday');
  await booked(project, before + PER_CALL + 2 * embedding);

  // A change of the documents: whether the answer is still fresh takes an embedding to find out.
  await upload(HANDBOOK.replace('26', '27'));
  await client.projects.change('questions', { tokensPerDay: 1 });
  const calls = model.heard.length;
  const stale = await assistant.ask(question(1));
  assert.deepEqual(
    [stale.cache.status, stale.cache.stale],
    ['stale', { why: 'unchecked', because: 'budget' }],
  );
  await assert.rejects(assistant.ask(question(2)), { status: 429, code: 'budget_spent' });
  await assert.rejects(assistant.documents.search('holiday'), { status: 429, code: 'budget_spent' });
  assert.equal(model.heard.length, calls, 'nothing was embedded beyond it');
});
