import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { levelShares } from './level-shares.ts';

test('all room is given out, nobody gets more than he takes, and nobody is left below who was passed over', () => {
  const sharer = fc.record({ load: fc.nat(30), most: fc.oneof(fc.nat(20), fc.constant(Infinity)) });
  fc.assert(
    fc.property(fc.nat(200), fc.array(sharer, { maxLength: 8 }), (room, given) => {
      const sharers = given.map((each, id) => ({ id, ...each }));
      const shares = levelShares(room, sharers);
      const shareOf = (id: number): number => shares.get(id) as number;
      const wanted = sharers.reduce((sum, { most }) => sum + most, 0);
      assert.equal(
        sharers.reduce((sum, { id }) => sum + shareOf(id), 0),
        Math.min(room, wanted),
      );
      for (const { id, load, most } of sharers) {
        assert.ok(shareOf(id) <= most);
        if (shareOf(id) === most) continue;
        const served = sharers.filter((other) => shareOf(other.id) > 0);
        for (const other of served) assert.ok(load + shareOf(id) >= other.load + shareOf(other.id) - 1);
      }
    }),
  );
});

test('what is left of a round goes to the first', () => {
  const sharers = [5, 3, 9].map((id) => ({ id, load: 0, most: Infinity }));
  assert.deepEqual(
    [...levelShares(4, sharers)],
    [
      [5, 2],
      [3, 1],
      [9, 1],
    ],
  );
});
