import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { batchOfItem, itemId, MAX_ITEMS_PER_BATCH, readId, seqOfItem, showId } from './ids.ts';
import type { IdKind } from './ids.ts';

const KINDS: readonly IdKind[] = [
  'batch',
  'item',
  'ask',
  'answer',
  'document',
  'chunk',
  'worker',
  'operation',
  'project',
];
const kind = fc.constantFrom(...KINDS);
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

test('an id that is shown is read back, and by its own kind only', () => {
  fc.assert(
    fc.property(kind, kind, id, (one, other, number) => {
      assert.equal(readId(other, showId(one, number)), one === other ? number : null);
    }),
  );
});

test('no two texts are the same id: whatever is read is what would be shown', () => {
  const nearly = fc.oneof(
    fc.string({ maxLength: 16 }),
    fc.tuple(kind, fc.string({ maxLength: 12 })).map(([k, tail]) => `${showId(k, 1).slice(0, 4)}${tail}`),
    fc.tuple(kind, id, fc.constantFrom(' ', '0', '\n', '.', 'A', '-1', '\0')).map(([k, n, extra]) => {
      return `${showId(k, n)}${extra}`;
    }),
    fc.tuple(kind, id).map(([k, n]) => showId(k, n).toUpperCase()),
    fc.tuple(kind, id).map(([k, n]) => showId(k, n).replace('_', '_0')),
  );
  fc.assert(
    fc.property(kind, nearly, (one, text) => {
      const read = readId(one, text);
      if (read !== null) assert.equal(showId(one, read), text);
    }),
    { numRuns: 2_000 },
  );
});

test('what is no id is none', () => {
  for (const text of [
    '',
    'bat',
    'bat_',
    'bat_0',
    'bat_01',
    'bat_-1',
    'bat_1.5',
    'bat_A',
    'bat_1 ',
    ' bat_1',
  ]) {
    assert.equal(readId('batch', text), null, text);
  }
  assert.equal(readId('batch', `bat_${'z'.repeat(11)}`), null, 'beyond what a number holds exactly');
  assert.equal(readId('batch', `bat_${'1'.repeat(500)}`), null);
  assert.equal(readId('batch', 'itm_1'), null);
});

test("an item's id tells its batch and its position", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 28 }),
      fc.integer({ min: 0, max: MAX_ITEMS_PER_BATCH }),
      (batch, seq) => {
        const item = itemId(batch, seq);
        assert.ok(Number.isSafeInteger(item));
        assert.deepEqual([batchOfItem(item), seqOfItem(item)], [batch, seq]);
        assert.ok(item < itemId(batch + 1, 0));
      },
    ),
  );
});
