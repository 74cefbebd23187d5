import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Offered } from './offered.ts';

function open(): { offered: Offered; pass: (ms: number) => void } {
  let now = 1_000_000;
  return {
    offered: new Offered(() => now),
    pass: (ms) => {
      now += ms;
    },
  };
}

test('of what stands it is known how many items that is, the newest offers first', () => {
  const { offered } = open();
  offered.add([1]);
  offered.add([2, 3]);
  offered.add([4, 5, 6]);
  assert.deepEqual(
    [3, 2, 1, 0].map((count) => offered.stand(count)),
    [6, 5, 3, 0],
  );
  assert.equal(offered.stand(5), 6 + 2, 'offers of another leader count as an item each');
});

test('what is no longer pending is offered no more', () => {
  const { offered } = open();
  offered.add([1, 2]);
  offered.add([3]);
  offered.keep([2]);
  assert.deepEqual(offered.ids(), [2]);
});

test('an item that comes back at once is offered again, though others are in hand for long', () => {
  const { offered, pass } = open();
  offered.add([1]);
  offered.add([2]);
  offered.stand(1);
  // The first was taken and is pending all the same: it failed and waits for a retry, or its claim was refused.
  offered.keep([1, 2]);
  assert.deepEqual(offered.ids(), [1, 2]);
  pass(500);
  offered.stand(1);
  assert.deepEqual(offered.ids(), [2]);
});

test('an offer that nobody takes is lost in the end', () => {
  const { offered, pass } = open();
  offered.add([1]);
  pass(14_999);
  offered.stand(1);
  assert.deepEqual(offered.ids(), [1]);
  pass(1);
  offered.stand(1);
  assert.deepEqual(offered.ids(), []);
});

test('no two offers have the same number', () => {
  const { offered } = open();
  const numbers = Array.from({ length: 100 }, (_, n) => offered.add([n]));
  assert.equal(new Set(numbers).size, 100);
});
