import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { RedisAnswerCache } from '#adapters/cache/redis/redis-answer-cache.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { ANSWER_DEFAULTS } from '#core/answers/answering.ts';
import { ModelFault } from '#domain/model-fault.ts';
import { NO_SETTINGS } from '#domain/project-settings.ts';
import type { ProjectSettings } from '#domain/project-settings.ts';
import { readConfig } from '#main/config.ts';
import { startServer } from '#main/start.ts';
import type { SharedAnswerCache } from '#ports/cache.ts';
import type { Log } from '#ports/log.ts';
import { PreheatClient } from '#sdk/index.ts';
import { AnswerWorld, latch } from './support/answers.ts';
import { EditedWorld } from './support/edited-world.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import { ModelServer } from './support/model-server.ts';
import { seeded, seeds } from './support/random.ts';
import { temporaryFolder } from './support/server.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

const QUESTION = 'How many days of leave do I get?';
const SERVING: ProjectSettings = { ...NO_SETTINGS, stale: 'serve' };

test('a project that serves what is stale: after an edit the old answer at once and flagged, one new one made behind it, then that', async () => {
  const folder = temporaryFolder();
  await using model = await ModelServer.open();
  const config = readConfig({
    PREHEAT_DATA: folder.path,
    PREHEAT_PORT: '0',
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: model.openAiUrl,
    PREHEAT_REWARM_TOKENS_PER_DAY: '0',
  });
  let server = await startServer(config, { log: () => {} });
  try {
    const client = new PreheatClient({ baseUrl: server.url, retries: 0 });
    const upload = async (days: number): Promise<void> => {
      model.reply = () => `You get ${days} days [1].`;
      const content = `# Leave\n\nYou get ${days} days of leave in a year.\n`;
      await client.batches.wait((await client.documents.upload([{ name: 'leave.md', content }])).id);
    };
    await upload(26);
    assert.equal((await client.projects.get('default')).effective.stale, 'wait');
    const { settings, effective } = await client.projects.change('default', { stale: 'serve' });
    assert.deepEqual([settings.stale, effective.stale], ['serve', 'serve']);
    const first = await client.ask(QUESTION);
    assert.deepEqual([first.answer, first.cache.status], ['You get 26 days [1].', 'miss']);
    assert.equal((await client.ask(QUESTION)).cache.status, 'hit', 'the setting makes no answer another');

    // The model writes nothing until it may: whoever is answered before that did not wait for it.
    const gate = latch();
    const called = latch();
    model.heard.length = 0;
    model.beforePiece = () => {
      called.open();
      return gate.opened;
    };
    await upload(30);
    const asked = await Promise.all(Array.from({ length: 20 }, () => client.ask(QUESTION)));
    for (const { answer, cache, id } of asked)
      assert.deepEqual([answer, cache.status, id], [first.answer, 'stale', first.id]);
    await called.opened;
    assert.equal((await client.ask(QUESTION)).cache.status, 'stale');
    assert.equal(model.heard.length, 1, 'one for all');
    await assert.rejects(client.ask({ question: QUESTION, cache: 'only' }), { code: 'not_cached' });
    // Joins what is being made.
    await client.projects.change('default', { stale: null });
    const waiting = client.ask(QUESTION);
    gate.open();
    assert.equal((await waiting).answer, 'You get 30 days [1].');
    await client.projects.change('default', { stale: 'serve' });
    const fresh = await client.ask(QUESTION);
    assert.deepEqual([fresh.answer, fresh.cache.status], ['You get 30 days [1].', 'hit']);
    assert.equal(model.heard.length, 1);

    await server.stop();
    const caughtUp = Promise.withResolvers<object | undefined>();
    const log: Log = (_, event, fields) => {
      if (event === 'probe_caught_up') caughtUp.resolve(fields);
    };
    server = await startServer(config, { log });
    const told = (await caughtUp.promise) as { readonly answers: number } | undefined;
    assert.equal(told?.answers, 1, 'the first change after a restart finds its answers in memory');
  } finally {
    await server.stop();
    folder.remove();
  }
});

test('what is served stale is never what is fresh, says nothing, or is past its grace time; and a failure behind it is tried again', async (t) => {
  const world = new AnswerWorld();
  t.after(() => world.close());
  const { ask, stream, answering } = await openServing(world);
  const settled = () => answering.remakes.settled();
  const { answer } = await ask(QUESTION);
  world.publish(world.text);
  assert.equal((await ask(QUESTION)).cache.status, 'hit', 'the change does not touch it');
  assert.equal(world.generator.calls, 1);

  world.publish('You get 30 days.');
  world.generator.gate = () => Promise.reject(new ModelFault('unavailable', 'model_failed', 'Down.', {}));
  for (const calls of [2, 3]) {
    assert.equal((await ask(QUESTION)).cache.status, 'stale');
    await settled();
    assert.equal(world.generator.calls, calls);
  }
  world.generator.gate = async () => {};
  const told: string[] = [];
  for await (const event of stream(QUESTION)) told.push(event.kind === 'delta' ? event.text : event.kind);
  assert.deepEqual(told, [answer.text, 'answer']);
  await settled();
  const fresh = await ask(QUESTION);
  assert.deepEqual([fresh.answer.text, fresh.cache.status], ['You get 30 days. [1]', 'hit']);

  world.now = fresh.answer.expiresAt + 1;
  assert.equal((await ask(QUESTION)).cache.status, 'stale', 'past its time');
  await settled();
  world.now += ANSWER_DEFAULTS.foundTtlMs + ANSWER_DEFAULTS.graceMs + 1;
  assert.equal((await ask(QUESTION)).cache.status, 'miss', 'past its grace time');

  world.publish('');
  assert.equal((await ask(QUESTION)).cache.status, 'stale');
  await settled();
  assert.equal((await ask(QUESTION)).answer.found, false);
  world.publish('You get 31 days.');
  const found = await ask(QUESTION);
  assert.deepEqual([found.answer.text, found.cache.status], ['You get 31 days. [1]', 'miss']);
});

test('what is stale says why, and why it is given all the same', async (t) => {
  const world = new AnswerWorld();
  t.after(() => world.close());
  const { ask, stream, answering } = await world.open();
  const staleness = async (): Promise<string> => {
    const { status, stale } = (await ask(QUESTION)).cache;
    return status === 'stale' ? `${stale?.why}, ${stale?.because}` : status;
  };
  const { answer } = await ask(QUESTION);
  assert.equal(await staleness(), 'hit');

  world.trouble = 'store';
  assert.equal(await staleness(), 'unchecked, store');
  await assert.rejects(ask(QUESTION, 'only'), { code: 'store_unreachable' });
  await assert.rejects(ask('Who has never asked this?'), { code: 'store_unreachable' });
  world.trouble = null;
  assert.equal(await staleness(), 'hit', 'the store is back, and nothing has changed');

  world.publish(world.text);
  world.trouble = 'embedder';
  assert.equal(await staleness(), 'unchecked, model');
  world.trouble = null;
  assert.equal(await staleness(), 'hit');

  world.publish('You get 30 days.');
  world.generator.gate = () => Promise.reject(new ModelFault('unavailable', 'model_failed', 'Down.', {}));
  assert.equal(await staleness(), 'documents, model');
  const begun: string[] = [];
  for await (const event of stream(QUESTION, 'use', AbortSignal.timeout(60_000), (how) => begun.push(how)))
    assert.ok(event.kind !== 'answer' || event.asked.answer.text === answer.text);
  assert.deepEqual(begun, ['miss', 'stale'], 'a stream says so too');
  world.now = answer.expiresAt;
  assert.equal(await staleness(), 'expired, model');

  const { projects } = answering.store;
  const { id } = await projects.ensure('default', world.now);
  await projects.saveSettings(id, { settings: SERVING, version: 0 });
  world.now += 10_000;
  assert.equal(await staleness(), 'expired, remade');
  await answering.remakes.settled();
});

const [seed = 0] = seeds(1);
for (const on of STORES) {
  test(
    `whatever is edited, two processes flag every answer that the documents have overtaken, and make it again once, on ${on} (PREHEAT_TEST_SEED=${seed})`,
    { timeout: 240_000 },
    (t) => isFlagged(t, on, () => null),
  );
}

if (hasRedis() && STORES.includes('postgres')) {
  test(
    `the same on PostgreSQL with answers shared through Redis (PREHEAT_TEST_SEED=${seed})`,
    { timeout: 240_000 },
    async (t) => {
      const redis = await startRedis({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' });
      after(() => redis.remove());
      const settings = { url: redis.url, prefix: 'stale', now: Date.now, random: Math.random, sealing: null };
      await isFlagged(t, 'postgres', () => new RedisAnswerCache(settings));
    },
  );
}

async function isFlagged(
  t: TestContext,
  on: StoreKind,
  shared: () => SharedAnswerCache | null,
): Promise<void> {
  const random = seeded(seed);
  const world = await EditedWorld.open(on);
  t.after(() => world.close());
  const { projects } = world.editor.store;
  await projects.saveSettings(world.projectId, { settings: SERVING, version: 0 });
  const documents = makeDocuments(random, 12);
  const questions = makeQuestions(random, 14);
  await world.put(documents);
  const processes = [await world.process(shared()), await world.process(shared())] as const;
  const said = new Map<string, string>();
  for (const question of questions) said.set(question, (await processes[0].ask(question)).answer.text);
  world.generator.calls = 0;
  const history = new History(random, documents);
  let changed = 0;
  let flagged = 0;
  for (let n = 0; n < 6; n += 1) {
    await world.edit(history.next());
    for (const question of questions) {
      const { text } = await processes[0].truth(question);
      const asked = await Promise.all(processes.map(({ ask }) => ask(question)));
      const old = asked.filter(({ answer }) => answer.text !== text);
      for (const { cache } of old) assert.equal(cache.status, 'stale', `after edit ${n}: ${question}`);
      flagged += old.length;
      changed += Number(said.get(question) !== text);
      said.set(question, text);
    }
    await Promise.all(processes.map(({ answering }) => answering.remakes.settled()));
    for (const { ask, truth } of processes)
      for (const question of questions) {
        const { answer, cache } = await ask(question);
        assert.deepEqual([answer.text, cache.status], [(await truth(question)).text, 'hit']);
      }
  }
  assert.ok(flagged > 0);
  assert.equal(world.generator.calls, changed);
  assert.deepEqual(
    world.queue.logged.filter((line) => line.startsWith('error')),
    [],
  );
}

async function openServing(world: AnswerWorld): ReturnType<AnswerWorld['open']> {
  const opened = await world.open();
  const { projects } = opened.answering.store;
  const { id } = await projects.ensure('default', world.now);
  await projects.saveSettings(id, { settings: SERVING, version: 0 });
  return opened;
}
