import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import { itemId as idOf } from '#domain/ids.ts';
import type { Settlement } from '#domain/outcome.ts';
import type { Store } from '#ports/store/store.ts';
import { Settler } from './settle-items.ts';

/** `lost`: recorded, and the reply is lost. */
type Verdict = 'recorded' | 'lost' | Error;

interface Begun {
  readonly settler: Settler;
  /** The groups as the store was asked to record them. */
  readonly groups: (readonly Settlement[])[];
  readonly recorded: Map<number, Settlement>;
  readonly probed: (readonly number[])[];
  readonly ended: number[];
  readonly logged: string[];
}

/** Recorded, it ends its batch. */
const LAST = idOf(1, 99);

/** A settler over a store that records what `judge` lets pass; all items are of batch 1. */
function begin(
  judge: (group: readonly Settlement[], call: number) => Verdict | Promise<Verdict>,
  probe: () => Promise<void> = async () => undefined,
  inHand: () => ReadonlyMap<number, number> = () => new Map(),
): Begun {
  const groups: (readonly Settlement[])[] = [];
  const recorded = new Map<number, Settlement>();
  const probed: (readonly number[])[] = [];
  const ended: number[] = [];
  const logged: string[] = [];
  const store = {
    items: {
      settle: async (group) => {
        groups.push(group);
        const verdict = await judge(group, groups.length);
        if (verdict instanceof Error) throw verdict;
        const fresh = group.filter(({ itemId }) => !recorded.has(itemId));
        for (const settlement of fresh) recorded.set(settlement.itemId, settlement);
        if (verdict === 'lost') throw new Fault('unavailable', 'store_busy', 'The reply was lost.');
        const late = group.filter((settlement) => !fresh.includes(settlement));
        return { batchIds: fresh.length > 0 ? [1] : [], late: late.map(({ itemId }) => itemId) };
      },
    } as Pick<Store['items'], 'settle'> as Store['items'],
    batches: {
      end: async (ids) => {
        probed.push(ids ?? []);
        await probe();
        return recorded.has(LAST) ? [1] : [];
      },
      snapshots: async () => [],
    } as Pick<Store['batches'], 'end' | 'snapshots'> as Store['batches'],
  };
  const settler = new Settler({
    store,
    clock: () => 0,
    log: (level, event) => void logged.push(`${level} ${event}`),
    inHand,
    onMoved: () => undefined,
    onEnded: (ids) => void ended.push(...ids),
  });
  return { settler, groups, recorded, probed, ended, logged };
}

function completed(itemId: number): Settlement {
  return { itemId, generation: 1, outcome: { kind: 'completed', result: null, effects: [] } };
}

function failed(itemId: number): Settlement {
  return { itemId, generation: 1, outcome: { kind: 'failed', error: { code: 'no', message: 'No.' } } };
}

const sizes = (groups: Begun['groups']): number[] => groups.map((group) => group.length);

/** All that follows from what happened has happened; timers alone stand still. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Lets waits between tries take no real time. */
async function withoutWaiting(t: TestContext, until: Promise<unknown>): Promise<void> {
  let isDone = false;
  void until.then(() => {
    isDone = true;
  });
  for (;;) {
    await settled();
    if (isDone) return;
    t.mock.timers.tick(50);
  }
}

test('what ends in one tick is recorded as one group', async () => {
  const { settler, groups } = begin(() => 'recorded');
  await Promise.all([1, 2, 3].map((id) => settler.settle(completed(id))));
  assert.deepEqual(sizes(groups), [3]);
});

test('one group is out at a time; what ends meanwhile makes the next', async () => {
  const first = Promise.withResolvers<Verdict>();
  const { settler, groups } = begin((_, call) => (call === 1 ? first.promise : 'recorded'));
  const one = settler.settle(completed(1));
  await settled();
  const others = [2, 3, 4, 5].map((id) => settler.settle(completed(id)));
  await settled();
  assert.deepEqual(sizes(groups), [1]);
  first.resolve('recorded');
  await Promise.all([one, ...others]);
  assert.deepEqual(sizes(groups), [1, 4]);
});

test('a group holds at most a thousand', async () => {
  const { settler, groups, recorded } = begin(() => 'recorded');
  await Promise.all(Array.from({ length: 2_500 }, (_, id) => settler.settle(completed(id))));
  assert.deepEqual(sizes(groups), [1_000, 1_000, 500]);
  assert.equal(recorded.size, 2_500);
});

test('the end of the batch is probed for after each group, and told once it has come', async () => {
  const { settler, probed, ended } = begin(() => 'recorded');
  await settler.settle(completed(1));
  await settled();
  assert.deepEqual([probed, ended], [[[1]], []]);
  await settler.settle(completed(LAST));
  await settled();
  assert.deepEqual([probed, ended], [[[1], [1]], [1]]);
});

for (const code of ['store_busy', 'disk_full', 'disk_failed', 'store_damaged']) {
  test(`${code} passes: the same group is tried until it is recorded, and nothing of it is lost`, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { settler, groups, recorded } = begin((_, call) =>
      call < 9 ? new Fault('unavailable', code, 'Not now.') : 'recorded',
    );
    await withoutWaiting(t, Promise.all([1, 2, 3].map((id) => settler.settle(completed(id)))));
    assert.deepEqual(sizes(groups), Array<number>(9).fill(3));
    assert.deepEqual([...recorded.values()], [1, 2, 3].map(completed));
  });
}

test('waits between tries grow, and stay short enough to notice room on the disk within a second', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const at: number[] = [];
  const { settler } = begin((_, call) => {
    at.push(Date.now());
    return call < 9 ? new Fault('unavailable', 'disk_full', 'Full.') : 'recorded';
  });
  await withoutWaiting(t, settler.settle(completed(1)));
  const waits = at.slice(1).map((time, i) => time - (at[i] as number));
  assert.deepEqual(waits, [50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test('a result that the store refuses fails its own item, saying why, and none of its group', async () => {
  const isBad = ({ itemId, outcome }: Settlement): boolean => itemId === 2 && outcome.kind === 'completed';
  const { settler, recorded } = begin((group) =>
    group.some(isBad)
      ? new Fault('unavailable', 'store_failed', 'The database refused: too big\0.')
      : 'recorded',
  );
  await Promise.all([1, 2, 3].map((id) => settler.settle(completed(id))));
  assert.deepEqual(recorded.get(1), completed(1));
  assert.deepEqual(recorded.get(3), completed(3));
  assert.deepEqual(recorded.get(2)?.outcome, {
    kind: 'failed',
    error: {
      code: 'result_refused',
      message: 'The result could not be stored: The database refused: too big.',
    },
  });
});

test('a group of which one result is refused ends its batch, though each was recorded apart', async () => {
  const isBad = ({ itemId, outcome }: Settlement): boolean => itemId === 2 && outcome.kind === 'completed';
  const { settler, ended } = begin(
    (group) => (group.some(isBad) ? new Error('Refused.') : 'recorded'),
    async () => undefined,
    // All of the group are in hand until it is through.
    () => new Map([[1, 3]]),
  );
  await Promise.all([1, 2, LAST].map((id) => settler.settle(completed(id))));
  await settled();
  assert.deepEqual(ended, [1]);
});

const GONE = new Fault('conflict', 'version_gone', 'It was cleared away.');

test('a result that came too late for its document is tried again, and fails nobody else', async () => {
  const { settler, recorded } = begin((group) =>
    group.some(({ itemId, outcome }) => itemId === 2 && outcome.kind === 'completed') ? GONE : 'recorded',
  );
  const late = { ...completed(2), retryAt: 500 } as Settlement;
  await Promise.all([settler.settle(completed(1)), settler.settle(late)]);
  assert.deepEqual(recorded.get(1), completed(1));
  assert.deepEqual(recorded.get(2), {
    itemId: 2,
    generation: 1,
    outcome: {
      kind: 'retry',
      error: { code: 'version_gone', message: 'It was cleared away.' },
      availableAt: 500,
    },
  });
});

test('without attempts left, such a result fails with the reason itself', async () => {
  const { settler, recorded } = begin(([one]) => (one?.outcome.kind === 'completed' ? GONE : 'recorded'));
  await settler.settle(completed(2));
  assert.deepEqual(recorded.get(2)?.outcome, {
    kind: 'failed',
    error: { code: 'version_gone', message: 'It was cleared away.' },
  });
});

test('a failure whose words cannot be stored is recorded in plain words', async () => {
  const { settler, recorded, logged } = begin(([one]) =>
    one?.outcome.kind === 'failed' && one.outcome.error.message === 'No.'
      ? new Error('Too big.')
      : 'recorded',
  );
  await settler.settle(failed(1));
  assert.deepEqual(recorded.get(1)?.outcome, {
    kind: 'failed',
    error: { code: 'error_refused', message: 'It failed, and what it said could not be stored.' },
  });
  assert.deepEqual(logged, []);
});

test('an ending that cannot be recorded in any form is given up, loudly, and holds up nobody', async () => {
  const { settler, recorded, logged } = begin((group) =>
    group.some(({ itemId }) => itemId === 1) ? new Error('Refused for ever.') : 'recorded',
  );
  await Promise.all([settler.settle(failed(1)), settler.settle(completed(2))]);
  assert.deepEqual([...recorded.keys()], [2]);
  assert.deepEqual(logged, ['error settle_refused']);
});

test('closed, it gives up what the store will not take: those who wait go on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { settler, groups } = begin(() => new Fault('unavailable', 'disk_full', 'Full.'));
  const waiting = settler.settle(completed(1));
  await settled();
  settler.close();
  await withoutWaiting(t, waiting);
  await settler.settle(completed(2));
  assert.equal(groups.length, 1);
});

test('a batch whose last item was recorded and the reply lost ends all the same', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { settler, groups, ended } = begin((_, call) => (call === 1 ? 'lost' : 'recorded'));
  await withoutWaiting(t, settler.settle(completed(LAST)));
  await settled();
  assert.deepEqual([sizes(groups), ended], [[1, 1], [1]]);
});

test('a failed end probe is no failed settle: the sweep repeats it', async () => {
  const { settler, recorded, ended, logged } = begin(
    () => 'recorded',
    () => Promise.reject(new Error('Busy.')),
  );
  await settler.settle(completed(LAST));
  await settled();
  assert.deepEqual([recorded.size, ended, logged], [1, [], ['warn end_delayed']]);
});
