import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskEvent } from '#core/answers/asking.ts';
import { ModelFault } from '#domain/model-fault.ts';
import { AnswerWorld, latch } from './support/answers.ts';

const QUESTION = 'How many days of leave do I get?';

function inWorld(title: string, run: (world: AnswerWorld) => Promise<void>): void {
  test(title, async () => {
    const world = new AnswerWorld();
    try {
      await run(world);
    } finally {
      await world.close();
    }
  });
}

/** What a client would have on its screen, and the answer at the end. */
async function readAll(events: AsyncIterable<AskEvent>, onText: (text: string) => void = () => {}) {
  let text = '';
  let restarts = 0;
  let deltas = 0;
  for await (const event of events) {
    if (event.kind === 'answer') return { text, restarts, deltas, ...event.asked };
    if (event.kind === 'restart') {
      text = '';
      restarts += 1;
    } else {
      text += event.text;
      deltas += 1;
    }
    onText(text);
  }
  return assert.fail('the stream ended without an answer');
}

const down = (): ModelFault =>
  new ModelFault('unavailable', 'model_failed', 'It is down.', { retryAfterSeconds: 7 });

inWorld('the text is told as it comes, and its parts together are the answer', async (world) => {
  const { stream } = await world.open();
  const gates = [latch(), latch()];
  world.generator.tell = async (live) => {
    live.write('You get ');
    await gates[0]?.opened;
    live.write('26 days. [1]');
    await gates[1]?.opened;
  };
  const seen: string[] = [];
  const read = await readAll(stream(QUESTION), (text) => {
    seen.push(text);
    gates[seen.length - 1]?.open();
  });
  assert.deepEqual(seen, ['You get ', 'You get 26 days. [1]']);
  assert.equal(read.text, read.answer.text);
  assert.deepEqual([read.cache.status, read.restarts], ['miss', 0]);
});

inWorld(
  "who comes later reads from the beginning, and one hang-up ends nobody else's stream",
  async (world) => {
    const { stream, ask } = await world.open();
    const gate = latch();
    const written = latch();
    world.generator.tell = async (live) => {
      live.write('You get ');
      written.open();
      await gate.opened;
      live.write('26 days. [1]');
    };
    const leaving = stream(QUESTION);
    assert.deepEqual((await leaving.next()).value, { kind: 'delta', text: 'You get ' });
    await written.opened;
    const joined = latch();
    const late = readAll(stream(QUESTION), () => joined.open());
    const plain = ask(QUESTION);
    await joined.opened;
    await leaving.return();
    gate.open();
    const [read, asked] = await Promise.all([late, plain]);
    assert.equal(read.text, 'You get 26 days. [1]');
    assert.equal(read.answer.id, asked.answer.id);
    assert.equal(world.generator.calls, 1);
    assert.equal(world.generator.signals[0]?.aborted, false);
  },
);

inWorld('the last one to leave stops the generator', async (world) => {
  const { stream } = await world.open();
  const controller = new AbortController();
  world.generator.tell = async (live) => live.write('You ');
  world.generator.gate = (signal) =>
    new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)));
  const events = stream(QUESTION, 'use', controller.signal);
  await events.next();
  const reason = new Error('gone');
  controller.abort(reason);
  await assert.rejects(events.next(), reason);
  assert.equal(world.generator.signals[0]?.aborted, true);
});

inWorld('a hit is streamed too, with the same parts and the same answer', async (world) => {
  world.text = `You get 26 days. ${'Ask your lead first. '.repeat(20)}`.trim();
  const { stream, ask } = await world.open();
  const { answer } = await ask(QUESTION);
  const read = await readAll(stream(QUESTION));
  assert.deepEqual([read.cache.status, read.text, read.answer.id], ['hit', answer.text, answer.id]);
  assert.ok(read.deltas > 3);
});

inWorld('a generation that begins anew is told as a restart', async (world) => {
  const { stream } = await world.open();
  const shown = latch();
  world.generator.tell = async (live) => {
    live.write('Perhaps 12');
    await shown.opened;
    live.restart();
    live.write('You get 26 days. [1]');
  };
  const read = await readAll(stream(QUESTION), () => shown.open());
  assert.deepEqual([read.text, read.restarts], ['You get 26 days. [1]', 1]);
});

inWorld('what was shown of an answer that turns out to be none is taken back', async (world) => {
  world.text = '';
  const { stream, answering } = await world.open();
  assert.ok(answering);
  const read = await readAll(stream(QUESTION));
  assert.equal(read.answer.found, false);
  assert.equal(read.text, read.answer.text);
});

inWorld('who follows a warm item, or a flight of another process, gets the whole text', async (world) => {
  const here = await world.open();
  const there = await world.open();
  const gate = latch();
  world.generator.gate = () => gate.opened;
  world.generator.tell = async (live) => live.write('You get ');
  const leading = here.warm(QUESTION);
  while (world.generator.calls === 0) await new Promise((resolve) => setImmediate(resolve));
  const joined = latch();
  const same = readAll(here.stream(QUESTION), () => joined.open());
  const other = readAll(there.stream(QUESTION));
  await joined.opened;
  gate.open();
  const warmed = await leading;
  const [near, far] = await Promise.all([same, other]);
  assert.equal(near.text, 'You get 26 days. [1]');
  assert.equal(far.text, 'You get 26 days. [1]');
  assert.equal(world.generator.calls, 1);
  assert.ok(warmed.kind === 'made' || warmed.kind === 'already_warm');
});

inWorld(
  'a leader that lost its lease writes no more, and who followed it reads what the next one makes',
  async (world) => {
    const here = await world.open(30);
    const { answering } = await world.open();
    const gate = latch();
    let calls = 0;
    world.generator.tell = async (live) => {
      calls += 1;
      if (calls === 1) {
        live.write('old ');
        await gate.opened;
        live.write('and late');
      } else live.write('You get 26 days. [1]');
    };
    const seen: string[] = [];
    const reading = readAll(here.stream(QUESTION), (text) => seen.push(text));
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    world.now += 10_000;
    const times = { now: world.now, leaseUntil: world.now + 30_000 };
    const taken = await answering.store.flights.board(1, world.keyOf(QUESTION), 0, times);
    if (taken.kind === 'leader') {
      // The first leader notices at its next renewal; then the thief lets go, and it leads again.
      while (world.generator.signals[0]?.aborted !== true)
        await new Promise((resolve) => setImmediate(resolve));
      await answering.store.flights.abandon(taken.flight);
    }
    gate.open();
    const read = await reading;
    if (taken.kind === 'leader') assert.equal(read.text, 'You get 26 days. [1]');
    assert.ok(!seen.some((text) => text.includes('late') && taken.kind === 'leader'));
  },
);

inWorld(
  'while the generator is down an answer past its time stands in, flagged, within the grace time',
  async (world) => {
    const { ask, stream, answering } = await world.open();
    const { answer } = await ask(QUESTION);
    world.now = answer.expiresAt + 1;
    world.generator.gate = () => Promise.reject(down());
    const asked = await ask(QUESTION);
    assert.deepEqual([asked.cache.status, asked.answer.id, asked.fallback], ['stale', answer.id, null]);
    assert.equal((await readAll(stream(QUESTION))).text, answer.text);
    await assert.rejects(ask(QUESTION, 'refresh'), down());
    world.now = answer.expiresAt + answering.settings.graceMs + 1;
    await assert.rejects(ask(QUESTION), down());
  },
);

inWorld('an answer older than the documents stands in too, and is never taken for fresh', async (world) => {
  const { ask } = await world.open();
  const { answer } = await ask(QUESTION);
  world.publish('You get 30 days.');
  world.generator.gate = () => Promise.reject(down());
  assert.deepEqual(
    [(await ask(QUESTION)).cache.status, (await ask(QUESTION)).answer.text],
    ['stale', answer.text],
  );
  world.generator.gate = async () => {};
  assert.deepEqual(
    [(await ask(QUESTION)).cache.status, (await ask(QUESTION)).answer.text],
    ['miss', 'You get 30 days. [1]'],
  );
});

inWorld(
  'where nothing is kept the stand-in answers if the project allows, and what it says is not stored',
  async (world) => {
    world.standIn = {
      name: 'stand-in',
      generate: async ({ passages }) => {
        const text = passages[0]?.paragraphs[0]?.text ?? '';
        const usage = { inputTokens: 0, outputTokens: 0, costMicros: null };
        return { found: true, text: `${text} [1]`, quotes: [{ passage: 0, paragraph: 0, text }], usage };
      },
    };
    const { ask, stream, answering } = await world.open();
    world.generator.gate = () => Promise.reject(down());
    const asked = await ask(QUESTION);
    assert.deepEqual(
      [asked.fallback, asked.answer.generator, asked.answer.id],
      ['extractive', 'stand-in', 0],
    );
    assert.equal(asked.answer.citations.length, 1);
    assert.equal((await readAll(stream(QUESTION))).fallback, 'extractive');
    assert.equal(await answering.store.answers.findByKey(1, world.keyOf(QUESTION)), null);
    world.generator.gate = () => Promise.reject(new Error('a defect of ours'));
    await assert.rejects(ask('Another question?'), /a defect of ours/);
  },
);

inWorld('a warm item takes no stand-in: it waits for the generator', async (world) => {
  const { ask, warm } = await world.open();
  const { answer } = await ask(QUESTION);
  world.now = answer.expiresAt + 1;
  world.generator.gate = () => Promise.reject(down());
  await assert.rejects(warm(QUESTION), down());
});
