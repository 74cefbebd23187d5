import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showAge, showDuration } from './show-time.ts';

test('a span has the unit that suits it, and never rounds up into the next one', () => {
  const shown: readonly (readonly [number, string])[] = [
    [-1, '0.0 ms'],
    [0.84, '0.8 ms'],
    [9.94, '9.9 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [245_000, '4 min 5 s'],
    [3_599_999, '59 min 59 s'],
    [7_800_000, '2 h 10 min'],
    [86_400_000, '1 d'],
    [273_600_000, '3 d 4 h'],
  ];
  for (const [ms, text] of shown) assert.equal(showDuration(ms), text);
});

test('an age is said in one unit', () => {
  assert.deepEqual([0, 12, 200, 7_300, 200_000].map(showAge), [
    'just now',
    '12 s ago',
    '3 min ago',
    '2 h ago',
    '2 d ago',
  ]);
});
