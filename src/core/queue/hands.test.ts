import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import { Hands } from './hands.ts';
import type { Work } from './hands.ts';
import type { WorkContext } from './run.ts';

interface Started {
  readonly item: ClaimedItem;
  readonly context: WorkContext;
  finish(): void;
}

/** Hands whose runs end when the test says so, and whose clock stands still until it is moved. */
function begin(concurrency = 2) {
  const parts = {
    now: 0,
    started: [] as Started[],
    settled: [] as Settlement[],
    roomNotes: 0,
    /** What recording takes: nothing, until a test makes it wait. */
    record: (async () => undefined) as Work['settle'],
  };
  const work: Work = {
    run: (item, context) =>
      new Promise((resolve) => {
        parts.started.push({ item, context, finish: () => resolve(ending(item)) });
      }),
    timedOut: (item, mostMs) => ({
      ...ending(item),
      outcome: { kind: 'failed', error: { code: 'timed_out', message: `${mostMs}` } },
    }),
    settle: (settlement) => {
      parts.settled.push(settlement);
      return parts.record(settlement);
    },
    onRoom: () => {
      parts.roomNotes += 1;
    },
  };
  const hands = new Hands({ concurrency, clock: () => parts.now }, work);
  const startedIds = (): number[] => parts.started.map(({ item }) => item.id);
  const finish = async (...ids: number[]): Promise<void> => {
    for (const id of ids) parts.started.findLast(({ item }) => item.id === id)?.finish();
    await settled();
  };
  return { hands, parts, startedIds, finish };
}

function items(ids: readonly number[], batchId = 1, generation = 1): ClaimedItem[] {
  return ids.map((id) => ({ id, batchId, generation, workload: 'test' }) as ClaimedItem);
}

function ending({ id, generation }: ClaimedItem): Settlement {
  return { itemId: id, generation, outcome: { kind: 'completed', result: null, effects: [] } };
}

/** All that follows from what happened has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const heldIds = (hands: Hands): number[] =>
  hands
    .held()
    .map(({ id }) => id)
    .sort((a, b) => a - b);

test('it runs as many at once as it may, in the order they came', async () => {
  const { hands, startedIds, finish } = begin(2);
  hands.carry(items([1, 2, 3, 4, 5]));
  assert.deepEqual(startedIds(), [1, 2]);
  await finish(2);
  assert.deepEqual(startedIds(), [1, 2, 3]);
  await finish(1, 3);
  assert.deepEqual(startedIds(), [1, 2, 3, 4, 5]);
});

test('room is what it may run less what waits and runs; that there is some is said when something was recorded', async () => {
  const { hands, parts, finish } = begin(3);
  const recorded = Promise.withResolvers<void>();
  parts.record = () => recorded.promise;
  assert.equal(hands.room(), 3);
  hands.carry(items([1, 2]));
  assert.equal(hands.room(), 1);
  await finish(1);
  assert.deepEqual([hands.room(), heldIds(hands)], [2, [1, 2]]);
  assert.equal(parts.roomNotes, 0);
  recorded.resolve();
  await settled();
  assert.deepEqual([hands.room(), heldIds(hands)], [2, [2]]);
  assert.equal(parts.roomNotes, 1, 'and it says that there is room');
});

test('what runs is told, oldest first, with the stage it reported', () => {
  const { hands, parts } = begin(3);
  hands.carry(items([1, 2], 1));
  parts.now = 50;
  hands.carry(items([3, 4], 2));
  parts.started[1]?.context.report({ name: 'reading', unit: 'page', done: 3, total: 12 });
  const shown = hands
    .running(null, 9)
    .map(({ id, startedAt, stage }) => [id, startedAt, stage?.done ?? null]);
  assert.deepEqual(shown, [
    [1, 0, null],
    [2, 0, 3],
    [3, 50, null],
  ]);
  assert.deepEqual(
    hands.running(2, 9).map(({ id }) => id),
    [3],
  );
  assert.equal(hands.running(null, 2).length, 2);
});

test('what has not started is given back, of one batch or of all; what runs goes on', async () => {
  const { hands, startedIds, finish, parts } = begin(1);
  hands.carry([...items([1, 2, 3], 1), ...items([4, 5], 2)]);
  assert.deepEqual(
    hands.giveBack(1).map(({ id }) => id),
    [2, 3],
  );
  assert.deepEqual(heldIds(hands), [1, 4, 5]);
  assert.deepEqual(
    hands.giveBack(null).map(({ id }) => id),
    [4, 5],
  );
  await finish(1);
  assert.deepEqual(startedIds(), [1]);
  assert.equal(parts.settled.length, 1);
});

test('an aborted batch: its runs hear of it, nothing of it is settled, the others take the places', async () => {
  const { hands, parts, startedIds, finish } = begin(2);
  hands.carry([...items([1, 2, 3], 1), ...items([4], 2)]);
  const reasons: unknown[] = [];
  for (const { context } of parts.started)
    context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
  hands.abort({ batchId: 1 }, new Error('The batch was cancelled.'));
  assert.deepEqual(
    reasons.map((reason) => (reason as Error).message),
    ['The batch was cancelled.', 'The batch was cancelled.'],
  );
  assert.deepEqual([startedIds(), heldIds(hands)], [[1, 2, 4], [4]]);
  await finish(1, 2);
  assert.deepEqual(parts.settled, []);
  await finish(4);
  assert.equal(parts.settled.length, 1);
});

test('one item, or everything, can be aborted', () => {
  const { hands } = begin(2);
  hands.carry(items([1, 2, 3, 4]));
  hands.abort({ itemId: 1 }, new Error('Deleted.'));
  assert.deepEqual(heldIds(hands), [2, 3, 4]);
  hands.abort({ itemId: 4 }, new Error('Deleted.'));
  assert.deepEqual(heldIds(hands), [2, 3]);
  hands.abort('all', new Error('The server is stopping.'));
  assert.deepEqual([heldIds(hands), hands.room()], [[], 2]);
});

test('a signal that is first asked for after the abort has fired', () => {
  const { hands, parts } = begin(1);
  hands.carry(items([1]));
  hands.abort('all', new Error('Gone.'));
  assert.equal(parts.started[0]?.context.signal.aborted, true);
});

test('an aborted item that was claimed anew is not settled by its old run', async () => {
  const { hands, parts } = begin(2);
  hands.carry(items([1], 1, 1));
  hands.abort({ itemId: 1 }, new Error('Taken away.'));
  hands.carry(items([1], 1, 2));
  const [old, young] = parts.started as [Started, Started];
  old.finish();
  await settled();
  assert.deepEqual(parts.settled, []);
  young.finish();
  await settled();
  assert.deepEqual(
    parts.settled.map(({ generation }) => generation),
    [2],
  );
});

test('what runs too long is aborted and settled as timed out, once; younger runs go on', async () => {
  const { hands, parts, finish } = begin(2);
  hands.carry(items([1]));
  parts.now = 600;
  hands.carry(items([2, 3]));
  hands.expire(1_000);
  assert.equal(parts.settled.length, 0);
  parts.now = 1_000;
  hands.expire(1_000);
  const [first] = parts.started as [Started];
  assert.equal(first.context.signal.aborted, true);
  assert.deepEqual(
    parts.settled.map(({ itemId, outcome }) => [itemId, outcome.kind]),
    [[1, 'failed']],
  );
  assert.equal(parts.started.length, 3, 'its place is taken');
  await finish(1);
  assert.equal(parts.settled.length, 1, 'what it says afterwards counts for nothing');
});

test('it is drained when the last of what it had in hand is recorded', async () => {
  const { hands, parts, finish } = begin(1);
  const recorded = Promise.withResolvers<void>();
  parts.record = () => recorded.promise;
  hands.carry(items([1]));
  let isDrained = false;
  const drained = hands.drained().then(() => {
    isDrained = true;
  });
  await finish(1);
  assert.equal(isDrained, false);
  recorded.resolve();
  await drained;
});

test('empty hands are drained at once, and so is one whose work is aborted', async () => {
  const { hands } = begin(1);
  await hands.drained();
  hands.carry(items([1, 2]));
  const drained = hands.drained();
  hands.abort('all', new Error('The server is stopping.'));
  await drained;
});

test('two generations of an item can be on their way into the store at once', async () => {
  const { hands, parts, finish } = begin(2);
  const records = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  parts.record = (settlement) => records[settlement.generation - 1]?.promise ?? Promise.resolve();
  hands.carry(items([1], 1, 1));
  await finish(1);
  hands.carry(items([1], 1, 2));
  await finish(1);
  records[0].resolve();
  await settled();
  assert.deepEqual(hands.held(), [parts.started[1]?.item], 'the younger is still in hand');
  records[1].resolve();
  await hands.drained();
});

test('slow items are not claimed ahead; fast ones are, as far as they are fast', async () => {
  const { hands, parts, finish } = begin(2);
  const run = async (count: number, tookMs: number): Promise<void> => {
    for (let id = 1; id <= count; id += 1) {
      hands.carry(items([id]));
      if (id === count) parts.now += tookMs;
      await finish(id);
    }
  };
  await run(5, 1_000);
  assert.equal(hands.room(), 2, 'five a second: claims are made one by one');
  await run(1_000, 200);
  assert.equal(
    hands.room(),
    2 + 400,
    'two places, a fifth of a millisecond each: 40 ms of work is claimed ahead',
  );
  await run(5, 1_000);
  assert.equal(hands.room(), 2, 'and it stops when they are slow again');
});

test('what was claimed ahead of fast items is given back when they turn out slow, but for what is worth having', async () => {
  const { hands, parts, finish } = begin(2);
  for (let id = 1; id <= 1_000; id += 1) {
    hands.carry(items([id]));
    if (id === 1_000) parts.now += 200;
    await finish(id);
  }
  hands.carry(items(Array.from({ length: 400 }, (_, i) => 2_000 + i)));
  assert.deepEqual(hands.giveBackSurplus(), [], 'they may be as fast');
  parts.now += 5_000;
  await finish(2_000);
  const given = hands.giveBackSurplus().map(({ id }) => id);
  assert.deepEqual([given.length, given[0], given.at(-1)], [395, 2_005, 2_399]);
  assert.deepEqual(hands.giveBackSurplus(), []);
});

test('far ahead, it waits for a claim that is worth it', async () => {
  const { hands, parts, finish } = begin(2);
  for (let id = 1; id <= 1_000; id += 1) {
    hands.carry(items([id]));
    if (id === 1_000) parts.now += 200;
    await finish(id);
  }
  hands.carry(items(Array.from({ length: 350 }, (_, i) => 2_000 + i)));
  assert.equal(hands.room(), 0, '52 of 402 are free');
  hands.giveBack(null);
  assert.equal(hands.room(), 400);
});

test('what is being recorded leaves room for the next ones, up to a limit', async () => {
  const { hands, parts, finish } = begin(2);
  const recorded = Promise.withResolvers<void>();
  parts.record = () => recorded.promise;
  for (let id = 1; id <= 8; id += 1) {
    hands.carry(items([id]));
    await finish(id);
  }
  assert.equal(hands.room(), 2, 'four for each place');
  hands.carry(items([9]));
  await finish(9);
  assert.equal(hands.room(), 1);
  recorded.resolve();
  await hands.drained();
  assert.equal(hands.room(), 2);
});

test('who brought an item is told once it is out of these hands: recorded, given back, or dropped', async () => {
  const { hands, finish } = begin(1);
  const gone: number[] = [];
  hands.carry(items([1, 2, 3, 4]), ({ id }) => gone.push(id));
  hands.carry(items([5]));
  await finish(1);
  assert.deepEqual(gone, [1]);
  hands.abort({ itemId: 2 }, new Error('Deleted.'));
  assert.deepEqual(gone, [1, 2]);
  hands.giveBack(null);
  assert.deepEqual(
    gone.toSorted((a, b) => a - b),
    [1, 2, 4],
  );
  await finish(3);
  assert.deepEqual(
    gone.toSorted((a, b) => a - b),
    [1, 2, 3, 4],
  );
});
