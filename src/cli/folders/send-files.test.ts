import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundFile } from './collect-files.ts';
import { groupsOf } from './send-files.ts';

function files(count: number, bytes: number): FoundFile[] {
  return Array.from({ length: count }, (_, i) => ({ path: `/f${i}`, name: `f${i}`, bytes }));
}

test('no group is more than one upload may hold, in files or in bytes, and none is lost', () => {
  assert.deepEqual(
    groupsOf(files(120, 1_000)).map((group) => group.length),
    [50, 50, 20],
  );
  const large = groupsOf(files(60, 10 * 1024 * 1024));
  assert.deepEqual(
    large.map((group) => group.length),
    [25, 25, 10],
  );
  assert.deepEqual(
    large.flat().map(({ name }) => name),
    files(60, 0).map(({ name }) => name),
  );
  assert.deepEqual(groupsOf([]), []);
});

test('a file too large for any group goes alone, for the server to refuse', () => {
  const groups = groupsOf([...files(1, 10), ...files(1, 2 ** 31), ...files(1, 10)]);
  assert.deepEqual(
    groups.map((group) => group.length),
    [1, 1, 1],
  );
});
