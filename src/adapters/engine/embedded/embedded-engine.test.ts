import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ClaimedItem } from '#domain/outcome.ts';
import type { EngineHands } from '#ports/engine.ts';
import type { Claim, ClaimRequest } from '#ports/store/items.ts';
import { EmbeddedEngine } from './embedded-engine.ts';

const POLL_MS = 1_000;

/** An engine between a store whose claims the test answers and hands that only have room. */
function begin(t: TestContext, room = 3) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const asked: ClaimRequest[] = [];
  const carried: ClaimedItem[] = [];
  const released: number[] = [];
  const pending: PromiseWithResolvers<Claim>[] = [];
  const hands: EngineHands = {
    most: () => parts.room,
    atOnce: () => 0,
    perMs: () => 0,
    room: () => parts.room,
    carry: (items: readonly ClaimedItem[]) => void carried.push(...items),
  };
  const claim = (request: ClaimRequest): Promise<Claim> => {
    asked.push(request);
    const reply = Promise.withResolvers<Claim>();
    pending.push(reply);
    return reply.promise;
  };
  const engine = new EmbeddedEngine({
    items: {
      claim,
      release: async (held) => void released.push(...held.map(({ id }) => id)),
    },
    hands,
    clock: Date.now,
    log: () => undefined,
    workerId: () => 7,
    pollMs: POLL_MS,
  });
  const parts = {
    room,
    engine,
    asked,
    carried,
    released,
    /** Answers the claim that is out. */
    reply: async (count: number, nextDueAt: number | null = null): Promise<void> => {
      pending.shift()?.resolve({ items: itemsOf(count), nextDueAt });
      await settled();
    },
    refuse: async (): Promise<void> => {
      pending.shift()?.reject(new Error('The disk is full.'));
      await settled();
    },
    tick: (ms: number) => t.mock.timers.tick(ms),
  };
  return parts;
}

function itemsOf(count: number): ClaimedItem[] {
  return Array.from({ length: count }, (_, i) => ({ id: i + 1 }) as ClaimedItem);
}

/** All that follows from a reply has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('it claims just as many items as the hands have room for, for its worker', async (t) => {
  const { engine, asked, carried, reply } = begin(t, 3);
  void engine.start();
  assert.deepEqual(asked, [{ workerId: 7, limit: 3, now: 1_000_000 }]);
  await reply(2);
  assert.equal(carried.length, 2);
  assert.equal(asked.length, 1, 'the store had no more to give: nothing is asked again');
});

test('hands without room are not given anything until they say that they have some', async (t) => {
  const parts = begin(t, 0);
  void parts.engine.start();
  parts.engine.wake();
  assert.equal(parts.asked.length, 0);
  parts.room = 1;
  parts.engine.wake();
  assert.equal(parts.asked.length, 1);
});

test('one claim is out at a time; any number of wakes meanwhile make one more', async (t) => {
  const { engine, asked, reply } = begin(t);
  void engine.start();
  for (let n = 0; n < 50; n += 1) engine.wake();
  assert.equal(asked.length, 1);
  await reply(0);
  assert.equal(asked.length, 2);
  await reply(0);
  assert.equal(asked.length, 2);
});

test('a claim that filled the room is followed by another', async (t) => {
  const { engine, asked, reply } = begin(t, 3);
  void engine.start();
  await reply(3);
  assert.equal(asked.length, 2);
});

test('it looks again when the next item comes due', async (t) => {
  const { engine, asked, reply, tick } = begin(t);
  void engine.start();
  await reply(0, 1_000_200);
  tick(199);
  assert.equal(asked.length, 1);
  tick(1);
  assert.equal(asked.length, 2);
});

test('it looks again after the poll time: what another process queued wakes nobody here', async (t) => {
  const { engine, asked, reply, tick } = begin(t);
  void engine.start();
  await reply(1, 1_000_000 + 9 * POLL_MS);
  tick(POLL_MS - 1);
  assert.equal(asked.length, 1);
  tick(1);
  assert.equal(asked.length, 2);
});

test('a claim that failed is made again soon, then ever less often, up to the poll time', async (t) => {
  const { engine, asked, reply, refuse, tick } = begin(t);
  void engine.start();
  const waits: number[] = [];
  for (let failure = 1; failure <= 7; failure += 1) {
    await refuse();
    assert.equal(asked.length, failure, 'a failure is not answered with another claim at once');
    let waited = 0;
    for (; asked.length === failure; waited += 50) tick(50);
    waits.push(waited);
  }
  assert.deepEqual(waits, [50, 100, 200, 400, 800, POLL_MS, POLL_MS]);
  await reply(0);
  engine.wake();
  await refuse();
  tick(50);
  assert.equal(asked.length, 10, 'a success forgets the failures');
});

test('stopped, it claims nothing more', async (t) => {
  const { engine, asked, reply, tick } = begin(t);
  void engine.start();
  await reply(0);
  void engine.stop();
  engine.wake();
  tick(10 * POLL_MS);
  assert.equal(asked.length, 1);
});

test('what a claim brings after the stop is not begun: it goes back at once', async (t) => {
  const { engine, asked, carried, released, reply, tick } = begin(t);
  void engine.start();
  void engine.stop();
  await reply(3);
  tick(10 * POLL_MS);
  assert.deepEqual([carried.length, asked.length, released], [0, 1, [1, 2, 3]]);
});

/** A write that the test answers. */
function writing() {
  const reply = Promise.withResolvers<{ result: string; claim: Claim | null }>();
  const requests: (ClaimRequest | null)[] = [];
  const write = (request: ClaimRequest | null) => {
    requests.push(request);
    return reply.promise;
  };
  return { requests, write, ...reply };
}

test('a write claims along when nothing is under way, and its items go to the hands', async (t) => {
  const { engine, asked, carried, reply } = begin(t);
  void engine.start();
  await reply(0);
  const { requests, write, resolve } = writing();
  const result = engine.along(write);
  assert.deepEqual(requests, [{ workerId: 7, limit: 3, now: 1_000_000 }]);
  const second = writing();
  const other = engine.along(second.write);
  assert.deepEqual(second.requests, [null], 'its room may be gone: one claim at a time');
  resolve({ result: 'written', claim: { items: itemsOf(2), nextDueAt: null } });
  second.resolve({ result: 'later', claim: null });
  assert.deepEqual(await Promise.all([result, other]), ['written', 'later']);
  await settled();
  assert.deepEqual([carried.length, asked.length], [2, 2], 'what came meanwhile is claimed after it');
});

test('a write is followed by a claim where the store does not claim along', async (t) => {
  const { engine, asked, reply } = begin(t);
  void engine.start();
  await reply(0);
  const { write, resolve } = writing();
  const result = engine.along(write);
  assert.equal(asked.length, 1);
  resolve({ result: 'written', claim: null });
  assert.equal(await result, 'written');
  await settled();
  assert.equal(asked.length, 2);
});

test('a write without room, or with the engine stopped, claims nothing', async (t) => {
  const parts = begin(t, 0);
  for (const prepare of [() => parts.engine.start(), () => parts.engine.stop()]) {
    prepare();
    const { requests, write, resolve } = writing();
    const result = parts.engine.along(write);
    resolve({ result: 'written', claim: null });
    assert.equal(await result, 'written');
    assert.deepEqual(requests, [null]);
    parts.room = 3;
  }
});

test('a write that fails fails for its caller, and the claim is made again', async (t) => {
  const { engine, asked, reply, tick } = begin(t);
  void engine.start();
  await reply(0);
  const { write, reject } = writing();
  const result = engine.along(write);
  reject(new Error('The disk is full.'));
  await assert.rejects(result, /disk is full/);
  await settled();
  tick(50);
  assert.equal(asked.length, 2);
});

test('a stop is over when what a claim under way brought was given back', async (t) => {
  const { engine, released, reply } = begin(t);
  void engine.start();
  const seen: string[] = [];
  const stopped = engine.stop().then(() => seen.push(`stopped, ${released.length} given back`));
  await settled();
  assert.deepEqual(seen, []);
  await reply(2);
  await stopped;
  assert.deepEqual(seen, ['stopped, 2 given back']);
});
