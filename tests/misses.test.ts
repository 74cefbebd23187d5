import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { MissGroups } from '#core/answers/miss-groups.ts';
import { ModelFault } from '#domain/model-fault.ts';
import { readConfig } from '#main/config.ts';
import { startServer } from '#main/start.ts';
import type { Embedder } from '#ports/model.ts';
import { PreheatClient } from '#sdk/index.ts';
import { runProgram } from './support/program.ts';
import { DONE, openTestQueue } from './support/queue.ts';
import { temporaryFolder } from './support/server.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

const NEVER = new AbortController().signal;

/** By meaning; in each the order in which they are asked. */
const MEANINGS = [
  ['When are salaries paid?', 'On which day is the salary paid?', 'when are the salaries paid'],
  ['How much are salaries?'],
  ['Who repairs the rain gauge?', 'Who fixes the rain gauge?'],
  ['Who is the contact for plant 3?'],
  ['Who is the contact for plant 4?', 'Who is our contact for plant 4?'],
];

for (const on of STORES) {
  test(`questions that mean the same are put together while nobody waits, once, and anew for another embedder, on ${on}`, (t) =>
    areGrouped(t, on));
}

async function areGrouped(t: TestContext, on: StoreKind): Promise<void> {
  const queue = await openTestQueue({ on, run: async () => DONE });
  t.after(() => queue.close());
  const { misses, projects } = queue.store;
  const lexical = new LexicalEmbedder();
  const embedded: string[] = [];
  let now = 0;
  let name = 'one';
  let isDown = true;
  const embedder = (): Embedder => ({
    name,
    dimensions: null,
    sameFrom: lexical.sameFrom,
    embed: (texts, signal) => {
      if (isDown) return Promise.reject(new ModelFault('unavailable', 'model_failed', 'Down.', {}));
      embedded.push(...texts);
      return lexical.embed(texts, signal);
    },
  });
  const errors: unknown[] = [];
  const groups = new MissGroups({
    store: queue.store,
    embedderOf: async () => embedder(),
    clock: () => now,
    onError: (error) => errors.push(error),
  });
  const projectId = queue.project.id;
  const other = (await projects.ensure('other', now)).id;
  const ask = async (id: number, question: string) =>
    misses.count(id, [{ key: question, question, misses: 1 }], now);
  const shown = async (id = projectId) => {
    const { items } = await misses.list(id, {}, { limit: 100, cursor: null, now });
    return inOrder(items.map(({ wordings }) => wordings.map(({ question }) => question)));
  };

  for (const question of MEANINGS.flat()) await ask(projectId, question);
  await ask(other, 'When are salaries paid?');
  await groups.look(NEVER);
  assert.equal((await shown()).length, MEANINGS.flat().length, 'each by itself while the embedder is down');
  isDown = false;
  await groups.look(NEVER);
  assert.deepEqual(embedded, [], 'it is left alone for a moment');
  now += 120_000;
  await groups.look(NEVER);
  assert.deepEqual(await shown(), inOrder(MEANINGS));
  assert.deepEqual(await shown(other), [['When are salaries paid?']], 'no project knows of another');
  assert.equal(embedded.length, MEANINGS.flat().length + 1, 'each is embedded once');

  await ask(projectId, 'when are salaries being paid');
  await ask(projectId, 'How much are salaries?');
  await groups.look(NEVER);
  assert.equal(embedded.length, MEANINGS.flat().length + 2);
  assert.deepEqual(
    (await shown()).find(([first]) => first === 'On which day is the salary paid?')?.length,
    4,
  );

  name = 'two';
  await groups.group(projectId, NEVER);
  assert.equal(embedded.length, 2 * MEANINGS.flat().length + 3);
  assert.equal((await shown()).length, MEANINGS.length);
  assert.deepEqual(errors, []);
}

function inOrder(lists: readonly (readonly string[])[]): string[][] {
  return lists.map((list) => list.toSorted()).toSorted(([a = ''], [b = '']) => a.localeCompare(b));
}

test('misses that mean the same are one on the list; the command line warms all its wordings, and forgets them', async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const config = readConfig({ PREHEAT_DATA: folder.path, PREHEAT_PORT: '0' });
  const server = await startServer(config, { log: () => {} });
  t.after(() => server.stop());
  const client = new PreheatClient({ baseUrl: server.url, retries: 0 });
  const first = 'When are salaries paid?';
  const second = 'On which day is the salary paid?';
  for (const question of [first, first, second, 'How do I book a desk?'])
    await assert.rejects(client.ask({ question, cache: 'only' }), { code: 'not_cached' });
  let items = (await client.misses.list()).items;
  while (items.length !== 2) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    items = (await client.misses.list()).items;
  }
  assert.deepEqual(
    items.map(({ question, misses, wordingCount, state }) => [question, misses, wordingCount, state]),
    [
      [first, 3, 2, 'cold'],
      ['How do I book a desk?', 1, 1, 'cold'],
    ],
  );
  const environment = { PREHEAT_URL: server.url };
  const listed = await runProgram(['misses', 'list'], { environment });
  assert.match(listed.out, /3× +cold +When are salaries paid\?/);
  assert.match(listed.out, /1× +cold +On which day is the salary paid\?/);
  const warmed = await runProgram(['misses', 'warm', '--limit', '1'], { environment });
  assert.equal(warmed.code, 0, warmed.out);
  const [batch] = (await client.batches.list()).items;
  assert.deepEqual([batch?.total, batch?.name], [2, 'Popular misses']);
  assert.equal((await client.ask({ question: second, cache: 'only' })).cache.status, 'hit');
  const [group] = (await client.misses.list({ text: 'which day' })).items;
  assert.equal(group?.state, 'not_found', 'nothing was indexed');
  assert.equal((await runProgram(['misses', 'forget', group?.id ?? ''], { environment })).code, 0);
  assert.deepEqual(
    (await client.misses.list()).items.map(({ question }) => question),
    ['How do I book a desk?'],
  );
  assert.equal((await runProgram(['misses', 'forget', 'mis_1'], { environment })).code, 2);
});
