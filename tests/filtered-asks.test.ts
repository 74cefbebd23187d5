import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import type { PassageFilter, ResultLine } from '#sdk/index.ts';
import { PreheatClient } from '#sdk/index.ts';
import { runProgram } from './support/program.ts';
import { temporaryFolder } from './support/server.ts';

const QUESTION = 'How many days of notice are there?';
const HR = { tags: ['hr'] };

let server: RunningServer;
let client: PreheatClient;
const ids: Record<string, string> = {};
const folder = temporaryFolder();

before(async () => {
  server = await startServer(
    readConfig({ PREHEAT_DATA: folder.path, PREHEAT_PORT: '0', PREHEAT_REWARM_TOKENS_PER_DAY: '0' }),
    { log: () => undefined },
  );
  client = new PreheatClient({ baseUrl: server.url, retries: 0 });
  for (const [name, days] of [
    ['hr', 30],
    ['rent', 90],
  ] as const) {
    const content = `# Notice\n\nThere are ${days} days of notice. Notice is given in writing.\n`;
    const { id } = await client.documents.upload([{ name: `${name}.md`, content }], { tags: [name] });
    await client.batches.wait(id);
    ids[name] = (await client.documents.list({ text: name })).items[0]?.id ?? '';
  }
});
after(async () => {
  await server.stop();
  folder.remove();
});

test('an answer is made from the documents that a filter lets in, and kept for that filter', async () => {
  const hr = await client.ask({ question: QUESTION, filter: HR });
  assert.match(hr.answer, /30 days/);
  assert.deepEqual([hr.filter, hr.cache.status], [HR, 'miss']);
  assert.deepEqual([...new Set(hr.citations.map(({ document }) => document))], ['hr.md']);
  const rent = await client.ask({ question: QUESTION, filter: { documents: [ids['rent'] ?? ''] } });
  assert.match(rent.answer, /90 days/);
  const both = await client.ask({ question: QUESTION, filter: { tags: ['rent', 'hr'] } });
  assert.deepEqual([both.cache.status, both.filter], ['miss', { tags: ['hr', 'rent'] }]);
  const again = await client.ask({ question: QUESTION, filter: { tags: ['hr', 'rent', 'hr'] } });
  assert.deepEqual([again.cache.status, again.id], ['hit', both.id]);
  assert.equal((await client.ask(QUESTION)).filter, null);
  assert.equal((await client.ask({ question: QUESTION, filter: { tags: ['nobody'] } })).found, false);
  assert.deepEqual((await client.answers.get(hr.id ?? '')).filter, HR);
  assert.match((await client.answers.refresh(hr.id ?? '')).answer, /30 days/);
});

test('a filter that cannot be meant is refused', async () => {
  const refused = async (filter: PassageFilter, status: number): Promise<void> => {
    await assert.rejects(client.ask({ question: 'Refused?', filter }), { status });
    const items = [{ question: 'Refused?', filter: filter as object }];
    if (status === 400)
      await assert.rejects(client.batches.submit({ workload: 'answers', items }), { status });
  };
  await refused({ documents: [] }, 400);
  await refused({ tags: [] }, 400);
  await refused({ tags: [' '] }, 400);
  await refused({ documents: ['doc_1', 'hr.md'] }, 400);
  await refused({ documents: ['doc_zzz'] }, 404);
  const { items } = await client.answers.list({ text: 'Refused' });
  assert.equal(items.length, 0);
});

test('streams, asks in the background and items of batches keep to their filter too', async () => {
  const events = client.asks.stream({ question: 'Notice, in days?', filter: HR });
  for (let next = await events.next(); ; next = await events.next())
    if (next.done === true) {
      assert.match(next.value.answer, /30 days/);
      break;
    }
  const { id } = await client.asks.start({ question: 'Days of notice?', filter: HR });
  const state = await client.asks.get(id, { waitSeconds: 30 });
  assert.match(state.answer?.answer ?? '', /30 days/);
  assert.deepEqual(state.answer?.filter, HR);
  const question = 'What is the notice?';
  const batch = await client.batches.submit({
    workload: 'answers',
    items: [
      question,
      { question, filter: { tags: ['rent'] } },
      { question, filter: { tags: ['rent', 'rent'] }, row: 7 },
    ],
    options: { filter: HR },
  });
  await client.batches.wait(batch.id);
  const text = await new Response(await client.batches.results(batch.id)).text();
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultLine);
  assert.deepEqual(
    lines.map(({ status, answer }) => [status, /\d+ days/.exec(answer?.answer ?? '')?.[0]]),
    [
      ['completed', '30 days'],
      ['completed', '90 days'],
      ['skipped', '90 days'],
    ],
  );
  assert.equal((await client.ask({ question, filter: HR, cache: 'only' })).cache.status, 'hit');
});

test('what was missed under a filter is listed with it', async () => {
  await client.ask({ question: 'Is notice given in writing?', filter: HR });
  const { items } = await client.misses.list({ text: 'in writing' });
  assert.deepEqual(
    items.map(({ filter, state }) => [filter, state]),
    [[HR, 'warm']],
  );
});

test('a document that gets or loses a tag changes the answers that keep to it, and no others', async () => {
  const question = 'How is notice given, and how many days before?';
  const inAll = await client.ask(question);
  assert.match((await client.ask({ question, filter: HR })).answer, /30 days/);
  await client.documents.change(ids['rent'] ?? '', { tags: ['hr', 'rent'] });
  await client.documents.change(ids['hr'] ?? '', { tags: ['people'] });
  assert.match((await client.ask({ question, filter: HR })).answer, /90 days/);
  const still = await client.ask({ question, cache: 'only' });
  assert.equal(still.id, inAll.id);
  const { items } = await client.changes.list();
  assert.equal(items[0]?.kind, 'tagged');
  await client.documents.change(ids['hr'] ?? '', { tags: ['hr'] });
  await client.documents.change(ids['rent'] ?? '', { tags: ['rent'] });
  assert.match((await client.ask({ question, filter: HR })).answer, /30 days/);
});

test("OpenAI's protocol takes the filter as a field of its own", async () => {
  const openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Notice: how many days?' }];
  const chat = { model: 'preheat', messages, filter: { tags: ['rent'] } };
  const { choices } = await openai.chat.completions.create(chat);
  assert.match(choices[0]?.message.content ?? '', /90 days/);
  const wrong = { ...chat, filter: { tags: 'rent' } };
  await assert.rejects(openai.chat.completions.create(wrong), { status: 400 });
});

test('the command line asks and warms with a filter', async () => {
  const program = (...args: string[]) => runProgram([...args, '--url', server.url, '--json']);
  const asked = await program('ask', 'How much notice?', '--tag', 'rent');
  assert.match(asked.out, /90 days/);
  const other = await program('ask', 'How much notice?', '--document', ids['hr'] ?? '');
  assert.match(other.out, /30 days/);
});

test('in a copy of the project, answers that keep to a document are warm under the id that it has there', async () => {
  const question = 'Which notice is there, in days?';
  const filter = { documents: [ids['rent'] ?? ''], tags: ['rent'] };
  const asked = await client.ask({ question, filter });
  const copy = new Blob([await new Response(await client.projects.export('default')).text()]);
  await client.projects.import('copied', copy);
  const there = new PreheatClient({ baseUrl: server.url, project: 'copied', retries: 0 });
  const document = (await there.documents.list({ text: 'rent' })).items[0]?.id ?? '';
  assert.notEqual(document, ids['rent']);
  const moved = { documents: [document], tags: ['rent'] };
  const found = await there.ask({ question, filter: moved, cache: 'only' });
  assert.deepEqual([found.answer, found.filter, found.cache.status], [asked.answer, moved, 'hit']);
});
