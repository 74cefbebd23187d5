import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shareRoom } from './share.ts';
import { Turns } from './turns.ts';
import type { Candidate } from './share.ts';

interface Offer extends Candidate {
  /** Items it has to give. */
  readonly stock: number;
}

/** What each batch gave, in the order of the calls. */
function share(
  room: number,
  offers: readonly Offer[],
  inFlight: ReadonlyMap<number, number> = new Map(),
): { batchId: number; taken: number }[] {
  const stock = new Map(offers.map(({ batchId, stock: count }) => [batchId, count]));
  const calls: { batchId: number; taken: number }[] = [];
  shareRoom(room, offers, inFlight, (batchId, most) => {
    assert.ok(most > 0);
    const taken = Math.min(most, stock.get(batchId) ?? 0);
    stock.set(batchId, (stock.get(batchId) ?? 0) - taken);
    calls.push({ batchId, taken });
    return taken;
  });
  return calls;
}

function sumBy<K>(
  calls: readonly { batchId: number; taken: number }[],
  keyOf: (batchId: number) => K,
): Map<K, number> {
  const sums = new Map<K, number>();
  for (const { batchId, taken } of calls) sums.set(keyOf(batchId), (sums.get(keyOf(batchId)) ?? 0) + taken);
  return sums;
}

function offer(batchId: number, projectId: number, stock: number, priority = 0): Offer {
  return { batchId, projectId, stock, priority };
}

test('ten items of a small project are all served beside a million of another', () => {
  const given = sumBy(share(50, [offer(1, 1, 1_000_000), offer(2, 2, 10)]), (id) => id);
  assert.deepEqual([given.get(1), given.get(2)], [40, 10]);
});

test('what is in flight counts: the emptier project is brought level first', () => {
  const given = sumBy(share(10, [offer(1, 1, 100), offer(2, 2, 100)], new Map([[1, 8]])), (id) => id);
  assert.deepEqual([given.get(1), given.get(2)], [1, 9]);
});

test('in a project the higher priority goes first, then the older batch', () => {
  const calls = share(6, [offer(3, 1, 2), offer(1, 1, 2), offer(2, 1, 2, 5)]);
  assert.deepEqual(
    calls.filter(({ taken }) => taken > 0).map(({ batchId }) => batchId),
    [2, 1, 3],
  );
});

test('a priority does not take from other projects', () => {
  const given = sumBy(share(10, [offer(1, 1, 100, 10), offer(2, 2, 100, -10)]), (id) => id);
  assert.deepEqual([given.get(1), given.get(2)], [5, 5]);
});

test('a lone project with a large room is asked once, not once for each item', () => {
  assert.equal(share(10_000, [offer(1, 1, 1_000_000)]).length, 1);
});

const situation = fc.record({
  room: fc.integer({ min: 0, max: 200 }),
  offers: fc
    .array(
      fc.record({
        projectId: fc.integer({ min: 1, max: 6 }),
        stock: fc.integer({ min: 0, max: 60 }),
        priority: fc.integer({ min: -10, max: 10 }),
      }),
      { maxLength: 20 },
    )
    .map((drafts): Offer[] => drafts.map((draft, i) => ({ ...draft, batchId: i + 1 }))),
  inFlight: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 80 })))
    .map((loads) => new Map(loads)),
});

test('all the room is used as long as anybody has anything, and never more', () => {
  fc.assert(
    fc.property(situation, ({ room, offers, inFlight }) => {
      const given = share(room, offers, inFlight).reduce((sum, { taken }) => sum + taken, 0);
      const stock = offers.reduce((sum, each) => sum + each.stock, 0);
      assert.equal(given, Math.min(room, stock));
    }),
  );
});

test('no project starves: none that could give more stays more than one behind another that was given', () => {
  fc.assert(
    fc.property(situation, ({ room, offers, inFlight }) => {
      const projectOf = (batchId: number): number => (offers[batchId - 1] as Offer).projectId;
      const given = sumBy(share(room, offers, inFlight), projectOf);
      const loadOf = (project: number): number => (inFlight.get(project) ?? 0) + (given.get(project) ?? 0);
      for (const { projectId } of offers) {
        const stock = offers.reduce((sum, o) => sum + (o.projectId === projectId ? o.stock : 0), 0);
        if ((given.get(projectId) ?? 0) >= stock) continue;
        for (const [other, count] of given) {
          if (count === 0 || other === projectId) continue;
          assert.ok(loadOf(other) <= loadOf(projectId) + 1, `${other} got ${count}, ${projectId} waits`);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('inside a project nothing is taken from a batch while a better one has items left', () => {
  fc.assert(
    fc.property(situation, ({ room, offers, inFlight }) => {
      const given = sumBy(share(room, offers, inFlight), (id) => id);
      for (const worse of offers) {
        if ((given.get(worse.batchId) ?? 0) === 0) continue;
        const better = offers.filter(
          (o) =>
            o.projectId === worse.projectId &&
            (o.priority > worse.priority || (o.priority === worse.priority && o.batchId < worse.batchId)),
        );
        for (const { batchId, stock } of better) assert.equal(given.get(batchId) ?? 0, stock);
      }
    }),
    { numRuns: 500 },
  );
});

test('a batch that gave less than it was asked for is asked no more', () => {
  fc.assert(
    fc.property(situation, ({ room, offers, inFlight }) => {
      const calls: number[] = [];
      const dry = new Set<number>();
      shareRoom(room, offers, inFlight, (batchId, most) => {
        assert.ok(!dry.has(batchId));
        const taken = most > 2 ? most - 1 : most;
        if (taken < most) dry.add(batchId);
        calls.push(batchId);
        return taken;
      });
    }),
  );
});

test('with more projects than places, each is served in turn', () => {
  const turns = new Turns();
  const order: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    const candidates = Array.from({ length: 10 }, (_, n) => ({
      batchId: n,
      projectId: n,
      priority: 0,
      servedAt: turns.servedAt(n),
    }));
    const served: number[] = [];
    shareRoom(1, candidates, new Map(), (batchId, most) => {
      served.push(batchId);
      return Math.min(1, most);
    });
    turns.note(served);
    order.push(...served);
  }
  assert.deepEqual(
    order,
    [...Array(30).keys()].map((n) => n % 10),
  );
});
