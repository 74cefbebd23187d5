import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, formatRelative, formatRemaining } from './times.ts';

test('durations have the two largest units, and none that says nothing', () => {
  const shown = [0.2, 840, 3_200, 59_600, 80_000, 120_000, 7_500_000, 90_000_000].map(formatDuration);
  assert.deepEqual(shown, [
    '<1 ms',
    '840 ms',
    '3.2 s',
    '1 min',
    '1 min 20 s',
    '2 min',
    '2 h 5 min',
    '1 d 1 h',
  ]);
});

test('time left is rounded up, and never shown as exact', () => {
  assert.deepEqual([2, 31, 61, 7_200].map(formatRemaining), ['a few seconds', '35 s', '2 min', '2 h']);
});

test('times are said from now, in both directions; after a week they are dates', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  assert.equal(formatRelative(now - 2_000, now), 'just now');
  assert.equal(formatRelative(now - 180_000, now), '3 min ago');
  assert.equal(formatRelative(now + 7_200_000, now), 'in 2 h');
  assert.equal(formatRelative(now - 30 * 86_400_000, now), '23 Oct 2026');
});
