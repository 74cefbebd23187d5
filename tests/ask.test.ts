import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersOfItems } from '#core/answers/answers-of-items.ts';
import { dropAnswers } from '#core/answers/drop-answers.ts';
import { Fault } from '#domain/fault.ts';
import { AnswerWorld, latch } from './support/answers.ts';

const QUESTION = 'How much leave do I get?';

function inWorld(title: string, check: (world: AnswerWorld) => Promise<void>): void {
  test(title, async () => {
    const world = new AnswerWorld();
    try {
      await check(world);
    } finally {
      await world.close();
    }
  });
}

inWorld(
  'the first ask makes the answer, the next takes it from the cache, however it is typed',
  async (world) => {
    const { ask } = await world.open();
    const first = await ask(QUESTION);
    assert.deepEqual(first.cache, { status: 'miss', ageSeconds: 0 });
    assert.equal(first.answer.text, 'You get 26 days. [1]');
    assert.ok(first.answer.id > 0);
    world.now += 5_000;
    const again = await ask('  how MUCH   leave do I get ?!');
    assert.deepEqual(again.cache, { status: 'hit', ageSeconds: 5 });
    assert.equal(again.answer.id, first.answer.id);
    assert.equal(world.generator.calls, 1);
  },
);

inWorld('settings that another process changed hold for the next ask, warm or not', async (world) => {
  const { generator } = world;
  world.generatorOf = ({ fallback }) => ({
    name: `model of ${fallback ?? 'everybody'}`,
    generate: (request, signal) => generator.generate(request, signal),
  });
  const [here, there] = [await world.open(), await world.open()];
  await here.ask(QUESTION);
  assert.equal((await here.ask(QUESTION)).cache.status, 'hit');
  const { projects } = there.answering.store;
  const { id } = await projects.ensure('default', world.now);
  const { settings, version } = await projects.settings(id);
  await projects.saveSettings(id, { settings: { ...settings, fallback: 'extractive' }, version });
  const asked = await here.ask(QUESTION);
  assert.deepEqual([asked.cache.status, asked.answer.generator], ['miss', 'model of extractive']);
  assert.equal((await here.warm(QUESTION)).kind, 'already_warm', 'as the settings are now');
});

inWorld('an answer carries its citation, and the paragraphs it rests on', async (world) => {
  const { ask } = await world.open();
  const { answer } = await ask(QUESTION);
  assert.deepEqual(answer.citations, [
    {
      number: 1,
      documentId: 1,
      document: 'leave.md',
      chunkId: 1,
      headings: ['Leave'],
      page: null,
      quote: 'You get 26 days.',
      paragraph: 'You get 26 days.',
    },
  ]);
  assert.deepEqual(answer.evidence.paragraphs, [{ hash: 'You get 26 days.', documentId: 1, supports: true }]);
});

inWorld(
  'the results of a batch show what the cache holds for each question now, also beside a duplicate',
  async (world) => {
    const { answering, ask } = await world.open();
    const { answer } = await ask(QUESTION);
    const item = { payload: { question: QUESTION }, reason: null, result: null };
    const items = [
      { ...item, result: { answerKey: answer.key } },
      item,
      { ...item, payload: { question: 'HOW much leave do I get' }, reason: 'duplicate' },
      { ...item, payload: { name: 'leave.md' }, reason: 'duplicate' },
      { ...item, result: { answerKey: 'dropped since' } },
    ];
    const shown = async (projectId: number) =>
      (await answersOfItems(answering, projectId, { items, options: {} })).map(
        (found) => found?.text ?? null,
      );
    assert.deepEqual(await shown(answer.projectId), [answer.text, null, answer.text, null, null]);
    assert.deepEqual(await shown(answer.projectId + 1), [null, null, null, null, null]);
  },
);

inWorld('an answer made in one process is a hit in another', async (world) => {
  const here = await world.open();
  const there = await world.open();
  await here.ask(QUESTION);
  assert.equal((await there.ask(QUESTION)).cache.status, 'hit');
  assert.equal(world.generator.calls, 1);
});

inWorld('a question that nothing answers is not found, and that is kept for a short time', async (world) => {
  world.text = '';
  const { ask } = await world.open();
  const { answer } = await ask(QUESTION);
  assert.deepEqual([answer.found, answer.text], [false, 'The documents do not answer this question.']);
  assert.equal(answer.expiresAt - answer.createdAt, 10 * 60_000);
  assert.equal((await ask(QUESTION)).cache.status, 'hit');
});

inWorld('refresh makes the answer anew, and everybody gets the new one from then on', async (world) => {
  const { ask } = await world.open();
  await ask(QUESTION);
  world.now += 1_000;
  assert.equal((await ask(QUESTION, 'refresh')).cache.status, 'miss');
  assert.equal(world.generator.calls, 2);
  const { answer, cache } = await ask(QUESTION);
  assert.deepEqual([cache.status, answer.createdAt], ['hit', world.now]);
});

inWorld('only never makes an answer', async (world) => {
  const { ask } = await world.open();
  await assert.rejects(ask(QUESTION, 'only'), { kind: 'not_found', code: 'not_cached' });
  await ask(QUESTION);
  assert.equal((await ask(QUESTION, 'only')).cache.status, 'hit');
  world.publish('You get 27 days.');
  await assert.rejects(ask(QUESTION, 'only'), { code: 'not_cached' });
  assert.equal(world.generator.calls, 1);
});

inWorld('an expired answer is made anew', async (world) => {
  const { ask } = await world.open();
  const { answer } = await ask(QUESTION);
  world.now = answer.expiresAt;
  assert.equal((await ask(QUESTION)).cache.status, 'miss');
  assert.equal(world.generator.calls, 2);
});

inWorld('after a change that moves no evidence the answer is confirmed without the model', async (world) => {
  const { ask, answering } = await world.open();
  const { answer } = await ask(QUESTION);
  world.publish(world.text);
  assert.equal((await ask(QUESTION)).cache.status, 'hit');
  assert.equal(world.generator.calls, 1);
  const stored = await answering.store.answers.find(answer.projectId, answer.id);
  assert.equal(stored?.corpusVersion, answer.corpusVersion + 1);
});

inWorld(
  'after a change of the evidence the very next ask in any process gets the new answer',
  async (world) => {
    const here = await world.open();
    const there = await world.open();
    await here.ask(QUESTION);
    await there.ask(QUESTION);
    world.publish('You get 27 days.');
    assert.equal((await there.ask(QUESTION)).answer.text, 'You get 27 days. [1]');
    assert.equal((await here.ask(QUESTION)).answer.text, 'You get 27 days. [1]');
    assert.equal(world.generator.calls, 2);
  },
);

inWorld(
  'documents that change while an answer is made have it looked at again at the next ask',
  async (world) => {
    const { ask } = await world.open();
    const gate = latch();
    world.generator.gate = () => gate.opened;
    const asking = ask(QUESTION);
    while (world.generator.calls === 0) await new Promise(setImmediate);
    world.publish('You get 27 days.');
    gate.open();
    assert.equal((await asking).answer.text, 'You get 26 days. [1]');
    assert.equal((await ask(QUESTION)).answer.text, 'You get 27 days. [1]');
  },
);

inWorld('a dropped answer is gone from memory too', async (world) => {
  const { ask, answering } = await world.open();
  const { answer } = await ask(QUESTION);
  assert.equal(await dropAnswers(answering, answer.projectId, { documentId: 1 }), 1);
  assert.equal((await ask(QUESTION)).cache.status, 'miss');
});

inWorld('hits are counted in memory and written in groups', async (world) => {
  const { ask, answering } = await world.open();
  const { answer } = await ask(QUESTION);
  for (let n = 0; n < 5; n += 1) await ask(QUESTION);
  await answering.hits.flush();
  assert.equal((await answering.store.answers.find(answer.projectId, answer.id))?.hits, 5);
  const { hits, misses, savedTokens } = await answering.store.hours.totals(answer.projectId, 0);
  assert.deepEqual({ hits, misses, savedTokens }, { hits: 5, misses: 1, savedTokens: 10 });
});

inWorld('who has to wait leaves a miss; a refresh and a hit leave none', async (world) => {
  const { ask, answering } = await world.open();
  const { answer } = await ask(QUESTION);
  await Promise.all([ask('Who is in?'), ask('  who is IN')]);
  await ask(QUESTION);
  await ask(QUESTION, 'refresh');
  await assert.rejects(ask('Only from the cache?', 'only'), { code: 'not_cached' });
  await answering.hits.flush();
  const page = { limit: 10, cursor: null, now: world.now };
  const { items } = await answering.store.misses.list(answer.projectId, {}, page);
  assert.deepEqual(
    items.map(({ misses, state }) => [misses, state]),
    [
      [2, 'warm'],
      [1, 'cold'],
      [1, 'warm'],
    ],
  );
});

inWorld('a question that cannot be one is refused with what is wrong', async (world) => {
  const { ask } = await world.open();
  for (const bad of ['', '   ', '?!', 'x'.repeat(2_001), 'bell \u0007', 'lone \ud800', 'broken \ufffd']) {
    await assert.rejects(
      ask(bad),
      (error: Fault) =>
        error instanceof Fault && error.code === 'invalid_question' && error.problems.length === 1,
    );
  }
  assert.equal((await ask('x'.repeat(2_000))).cache.status, 'miss');
});

inWorld(
  'a warmed answer is carried to its commit, and memory never serves what it replaces',
  async (world) => {
    const { ask, warm, answering } = await world.open();
    const { answer: old } = await ask(QUESTION);
    world.now += 1_000;
    const warmed = await warm(QUESTION, true);
    assert.ok(warmed.kind === 'made');
    assert.equal((await ask(QUESTION)).answer.createdAt, old.createdAt, 'not committed yet');
    assert.equal(await answering.store.answers.put(warmed.answer, warmed.flight), true);
    assert.equal((await ask(QUESTION)).answer.createdAt, world.now);
    assert.equal((await warm(QUESTION)).kind, 'already_warm');
  },
);
