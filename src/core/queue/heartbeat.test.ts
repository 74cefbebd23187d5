import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Held } from '#domain/outcome.ts';
import type { Aborted, Hands } from './hands.ts';
import type { Store } from '#ports/store/store.ts';
import { Heartbeat } from './heartbeat.ts';

/** A heartbeat between books and hands that the test writes. */
function begin() {
  const parts = {
    /** What the store says this worker holds; null: it knows no such worker. */
    booked: [] as readonly Held[] | null,
    inHand: [] as readonly Held[],
    aborted: [] as Aborted[],
    released: [] as Held[],
    registered: 0,
    beats: 0,
    isDraining: false,
    drains: 0,
    logged: [] as string[],
  };
  const workers: Partial<Store['workers']> = {
    register: async () => (parts.registered += 1),
    beat: async () => {
      parts.beats += 1;
      return parts.booked === null ? null : { held: parts.booked, isDraining: parts.isDraining };
    },
  };
  const items: Partial<Store['items']> = { release: async (held) => void parts.released.push(...held) };
  const hands: Partial<Hands> = {
    held: () => parts.inHand,
    abort: (what) => void parts.aborted.push(what),
  };
  const heartbeat = new Heartbeat({
    store: { workers: workers as Store['workers'], items: items as Store['items'] },
    hands: hands as Hands,
    clock: () => 0,
    log: (level, event) => void parts.logged.push(`${level} ${event}`),
    identity: { host: 'h', pid: 1, version: '0', role: 'worker' },
    onDrain: () => void (parts.drains += 1),
  });
  return { parts, heartbeat };
}

const held = (id: number, generation = 1): Held => ({ id, generation });

test('hands and books in step: a beat changes nothing', async () => {
  const { parts, heartbeat } = begin();
  await heartbeat.register();
  parts.booked = [held(1), held(2)];
  parts.inHand = [held(2), held(1)];
  for (let n = 0; n < 3; n += 1) await heartbeat.beat();
  assert.deepEqual([parts.aborted, parts.released, parts.logged], [[], [], []]);
});

test('items taken away are aborted, those that were given anew to somebody else too', async () => {
  const { parts, heartbeat } = begin();
  parts.booked = [held(1), held(3, 2)];
  parts.inHand = [held(1), held(2), held(3, 1)];
  await heartbeat.beat();
  assert.deepEqual(parts.aborted, [{ itemId: 2 }, { itemId: 3 }]);
});

test('an item leased to us that we do not hold is released when a second beat finds it so', async () => {
  const { parts, heartbeat } = begin();
  parts.booked = [held(1), held(2)];
  parts.inHand = [held(1)];
  await heartbeat.beat();
  assert.deepEqual(parts.released, [], 'its claim may be on the way back right now');
  await heartbeat.beat();
  assert.deepEqual(parts.released, [held(2)]);
  assert.deepEqual(parts.logged, ['warn claims_released']);
});

test('an item that reached our hands between two beats is kept', async () => {
  const { parts, heartbeat } = begin();
  parts.booked = [held(1)];
  await heartbeat.beat();
  parts.inHand = [held(1)];
  await heartbeat.beat();
  parts.inHand = [];
  await heartbeat.beat();
  assert.deepEqual(parts.released, [], 'astray for one beat, twice, is not astray for two');
});

test('an item that is claimed anew between two beats is another claim', async () => {
  const { parts, heartbeat } = begin();
  parts.booked = [held(1, 1)];
  await heartbeat.beat();
  parts.booked = [held(1, 2)];
  await heartbeat.beat();
  assert.deepEqual(parts.released, []);
  await heartbeat.beat();
  assert.deepEqual(parts.released, [held(1, 2)]);
});

test('a worker that the store no longer knows drops all it has and registers anew', async () => {
  const { parts, heartbeat } = begin();
  await heartbeat.register();
  assert.equal(heartbeat.workerId, 1);
  parts.booked = null;
  parts.inHand = [held(1)];
  await heartbeat.beat();
  assert.deepEqual(parts.aborted, ['all']);
  assert.equal(heartbeat.workerId, 2);
  assert.deepEqual(parts.logged, ['warn lease_lost']);
});

test('a process that is asked to drain hears of it at its next beat', async () => {
  const { parts, heartbeat } = begin();
  await heartbeat.register();
  await heartbeat.beat();
  parts.isDraining = true;
  await heartbeat.beat();
  assert.equal(parts.drains, 1);
});

test('it beats each ten seconds, and soon when a claim failed, until what is astray is given back', async () => {
  const { parts, heartbeat } = begin();
  await heartbeat.register();
  const ticks = async (count: number): Promise<number> => {
    const before = parts.beats;
    for (let n = 0; n < count; n += 1) await heartbeat.tick();
    return parts.beats - before;
  };
  assert.equal(await ticks(30), 3);
  parts.booked = [held(1)];
  heartbeat.suspect();
  assert.equal(await ticks(2), 2);
  assert.deepEqual(parts.released, [held(1)]);
  assert.equal(await ticks(20), 2);
});
