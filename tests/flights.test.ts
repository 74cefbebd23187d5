import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const turn = () => new Promise(setImmediate);

inWorld('1,000 concurrent identical cold asks make one generation', async (world) => {
  const { ask } = await world.open();
  const asked = await Promise.all(Array.from({ length: 1_000 }, () => ask(QUESTION)));
  assert.equal(world.generator.calls, 1);
  assert.equal(new Set(asked.map(({ answer }) => answer.id)).size, 1);
  assert.ok(asked.every(({ cache }) => cache.status === 'miss'));
});

inWorld('cold asks of two processes make one generation', async (world) => {
  const here = await world.open();
  const there = await world.open();
  const gate = latch();
  world.generator.gate = () => gate.opened;
  const asking = [here.ask(QUESTION), there.ask(QUESTION), here.ask(QUESTION), there.ask(QUESTION)];
  while (world.generator.calls === 0) await turn();
  gate.open();
  const asked = await Promise.all(asking);
  assert.equal(world.generator.calls, 1);
  assert.equal(new Set(asked.map(({ answer }) => answer.id)).size, 1);
});

inWorld('who asks after the documents changed is not given what was begun before', async (world) => {
  const { ask, stream } = await world.open();
  const gate = latch();
  world.generator.gate = () => gate.opened;
  const before = ask(QUESTION);
  while (world.generator.calls === 0) await turn();
  world.publish('You get 27 days.');
  const after = [ask(QUESTION), ask(QUESTION, 'refresh')];
  const events = stream(QUESTION);
  const first = events.next();
  while (world.generator.calls < 2) await turn();
  gate.open();
  assert.match((await before).answer.text, /2[67] days/, 'as it was when it was asked, or is now');
  for (const asked of after) assert.equal((await asked).answer.text, 'You get 27 days. [1]');
  let last = await first;
  for (let next = last; next.done !== true; next = await events.next()) last = next;
  assert.equal(last.value?.kind === 'answer' && last.value.asked.answer.text, 'You get 27 days. [1]');
  assert.equal((await ask(QUESTION)).answer.text, 'You get 27 days. [1]');
});

inWorld("one caller's hang-up aborts nobody else; the last one's aborts the generation", async (world) => {
  const { ask } = await world.open();
  const gate = latch();
  world.generator.gate = (signal) =>
    Promise.race([
      gate.opened,
      new Promise<void>((_, no) => signal.addEventListener('abort', () => no(signal.reason))),
    ]);
  const hangUps = [new AbortController(), new AbortController()] as const;
  const first = ask(QUESTION, 'use', hangUps[0].signal);
  const second = ask(QUESTION, 'use', hangUps[1].signal);
  while (world.generator.calls === 0) await turn();
  hangUps[0].abort(new Error('hung up'));
  await assert.rejects(first, /hung up/);
  assert.equal(world.generator.signals[0]?.aborted, false);
  hangUps[1].abort(new Error('hung up too'));
  await assert.rejects(second, /hung up too/);
  assert.equal(world.generator.signals[0]?.aborted, true);
  gate.open();
  assert.equal((await ask(QUESTION)).cache.status, 'miss');
  assert.equal(world.generator.calls, 2);
});

inWorld('an error reaches all who wait, is not cached, and the next ask tries again', async (world) => {
  const { ask } = await world.open();
  world.generator.gate = async () => {
    throw new Fault('limited', 'model_limited', 'Too many calls.', { retryAfterSeconds: 3 });
  };
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => ask(QUESTION)));
  assert.ok(
    asked.every((one) => one.status === 'rejected' && (one.reason as Fault).code === 'model_limited'),
  );
  assert.equal(world.generator.calls, 1);
  world.generator.gate = async () => {};
  assert.equal((await ask(QUESTION)).cache.status, 'miss');
});

inWorld('when the leader of another process fails, a waiter leads at once', async (world) => {
  const here = await world.open();
  const there = await world.open();
  const gate = latch();
  world.generator.gate = async () => {
    if (world.generator.calls > 1) return;
    await gate.opened;
    throw new Error('the model broke');
  };
  const leading = here.ask(QUESTION);
  while (world.generator.calls === 0) await turn();
  const waiting = there.ask(QUESTION);
  for (let n = 0; n < 20; n += 1) await turn();
  gate.open();
  await assert.rejects(leading, /the model broke/);
  assert.equal((await waiting).answer.found, true);
  assert.equal(world.generator.calls, 2);
});

inWorld(
  'when the leader dies its lease runs out, a waiter takes over, and the dead one changes nothing',
  async (world) => {
    const here = await world.open();
    const there = await world.open();
    const { answering } = here;
    const key = world.keyOf(QUESTION);
    const times = { now: world.now, leaseUntil: world.now + 30_000 };
    const dead = await answering.store.flights.board(1, key, 0, times);
    assert.ok(dead.kind === 'leader');
    const waiting = there.ask(QUESTION);
    for (let n = 0; n < 20; n += 1) await turn();
    assert.equal(world.generator.calls, 0);
    world.now += 30_000;
    const { answer } = await waiting;
    const late = { ...answer, text: 'from the dead' };
    assert.equal(await answering.store.answers.put(late, dead.flight), false);
    assert.equal((await here.ask(QUESTION)).answer.text, answer.text);
  },
);

inWorld('a leader that lost its lease on the way takes what the other made', async (world) => {
  const here = await world.open(30);
  const there = await world.open();
  const gate = latch();
  world.generator.gate = (signal) =>
    Promise.race([
      gate.opened,
      new Promise<void>((_, no) => signal.addEventListener('abort', () => no(signal.reason))),
    ]);
  const slow = here.ask(QUESTION);
  while (world.generator.calls === 0) await turn();
  const { corpusVersion, key } = { corpusVersion: 0, key: world.keyOf(QUESTION) };
  world.now += 10_000;
  const taken = await there.answering.store.flights.board(1, key, corpusVersion, {
    now: world.now,
    leaseUntil: world.now + 30_000,
  });
  // A renewal may have come between; then the leader still leads, and there is nothing to see.
  if (taken.kind !== 'leader') {
    gate.open();
    await slow;
    return;
  }
  while (world.generator.signals[0]?.aborted !== true) await turn();
  // First, for the moment it is abandoned the other process may lead again.
  world.generator.gate = async () => {};
  await there.answering.store.flights.abandon(taken.flight);
  assert.equal((await slow).answer.found, true);
});

inWorld('a warm item and asks share one flight, and an ask does not wait for the commit', async (world) => {
  const { ask, warm, answering } = await world.open();
  const gate = latch();
  world.generator.gate = () => gate.opened;
  const warming = warm(QUESTION);
  const asking = ask(QUESTION);
  while (world.generator.calls === 0) await turn();
  gate.open();
  const warmed = await warming;
  assert.ok(warmed.kind === 'made');
  const asked = await asking;
  assert.equal(asked.answer.createdAt, warmed.answer.createdAt);
  assert.equal(world.generator.calls, 1);
  assert.equal(await answering.store.answers.put(warmed.answer, warmed.flight), false, 'the ask stored it');
});

inWorld('of two items for one question one makes the answer, the other finds it warm', async (world) => {
  const { warm } = await world.open();
  const there = await world.open();
  const [one, two] = await Promise.all([warm(QUESTION), warm(QUESTION)]);
  assert.deepEqual([one.kind, two.kind].toSorted(), ['already_warm', 'made']);
  assert.equal((await there.warm(QUESTION)).kind, 'already_warm');
  assert.equal(world.generator.calls, 1);
});

inWorld('concurrent refreshes make one generation', async (world) => {
  const { ask } = await world.open();
  await ask(QUESTION);
  world.now += 1;
  await Promise.all(Array.from({ length: 50 }, () => ask(QUESTION, 'refresh')));
  assert.equal(world.generator.calls, 2);
});

inWorld(
  'an answer that another process replaced meanwhile is looked at anew, not confirmed',
  async (world) => {
    const here = await world.open();
    const there = await world.open();
    const first = await here.ask(QUESTION);
    world.now += 1;
    world.publish('You get 30 days.');
    const newer = await there.ask(QUESTION);
    assert.notEqual(newer.answer.text, first.answer.text);
    // Back to the first text: what `here` holds in memory has its fingerprint, what the store holds has not.
    world.publish('You get 26 days.');
    const { answer } = await here.ask(QUESTION);
    assert.match(answer.text, /26/);
    const stored = await there.answering.store.answers.find(answer.projectId, answer.id);
    assert.deepEqual([stored?.text, stored?.corpusVersion], [answer.text, answer.corpusVersion]);
  },
);

inWorld('what another process confirmed in the meantime is served without a generation', async (world) => {
  const here = await world.open();
  const there = await world.open();
  await here.ask(QUESTION);
  for (const text of [world.text, world.text]) {
    world.publish(text);
    assert.equal((await there.ask(QUESTION)).cache.status, 'hit');
  }
  world.publish(world.text);
  assert.equal((await here.ask(QUESTION)).cache.status, 'hit');
  assert.equal(world.generator.calls, 1);
});
