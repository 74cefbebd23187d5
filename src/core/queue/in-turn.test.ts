import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimedItem } from '#domain/outcome.ts';
import { inTurn } from './in-turn.ts';

function items(projectId: number, count: number): ClaimedItem[] {
  return Array.from({ length: count }, (_, n) => ({ id: projectId * 1_000 + n, projectId }) as ClaimedItem);
}

const ids = (all: readonly ClaimedItem[]): number[] => all.map(({ id }) => id);

test('items of one project keep the order in which they came', () => {
  assert.deepEqual(ids(inTurn(items(1, 5), 2, items(1, 2))), [1_002, 1_003, 1_004, 1_000, 1_001]);
});

test('a small project does not wait behind what was claimed ahead of a large one', () => {
  const waiting = inTurn(items(1, 100), 10, items(2, 3));
  assert.deepEqual(ids(waiting).slice(0, 7), [1_010, 2_000, 1_011, 2_001, 1_012, 2_002, 1_013]);
  assert.equal(waiting.length, 93);
});
