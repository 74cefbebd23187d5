import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workload } from '#ports/workload.ts';
import { readInput } from './read-input.ts';

const workload = {
  name: 'any',
  readEntry: () => ({ ok: { payload: {} } }),
  readFile: null,
} as unknown as Workload;

test('between two groups of a long submission everybody else has a turn', async () => {
  let turns = 0;
  const seen: number[] = [];
  for await (const group of readInput(workload, { kind: 'entries', entries: Array(7_000).fill('x') }, {})) {
    seen.push(turns);
    assert.ok(group.length <= 2_000);
    setTimeout(() => {
      turns += 1;
    });
  }
  assert.deepEqual(seen, [0, 1, 2, 3]);
});

test('what only uploads may bring is not taken from a caller, who could name the file of another project', () => {
  const files = { ...workload, takesOnlyReceived: true } as const;
  assert.throws(() => readInput(files, { kind: 'entries', entries: [] }, {}), { code: 'upload_only' });
  assert.doesNotThrow(() => readInput(files, { kind: 'received', entries: [] }, {}));
});
