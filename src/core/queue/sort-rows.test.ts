import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, Problem } from '#domain/fault.ts';
import type { IncomingRow } from './read-input.ts';
import { RowSorter } from './sort-rows.ts';

function row(text: string, place: Partial<IncomingRow> = {}): IncomingRow {
  return { read: { ok: { payload: { text }, sameness: text.toLowerCase() } }, ...place };
}

function bad(place: Partial<IncomingRow>, problem: Problem = { message: 'must be a question' }): IncomingRow {
  return { read: { problem }, ...place };
}

const sorter = (onInvalid: 'reject' | 'skip' = 'reject', maxItems = 1_000): RowSorter =>
  new RowSorter({ onInvalid, maxItems });

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    return error as Fault;
  }
  return assert.fail('nothing was thrown');
}

test('a duplicate is a skipped row that names the first, across groups of rows too', () => {
  const s = sorter();
  assert.deepEqual(s.sort([row('a'), row('b'), row('A')]), [
    { payload: { text: 'a' } },
    { payload: { text: 'b' } },
    { payload: { text: 'A' }, skip: { reason: 'duplicate', duplicateOfSeq: 1 } },
  ]);
  assert.deepEqual(s.sort([row('B')]), [
    { payload: { text: 'B' }, skip: { reason: 'duplicate', duplicateOfSeq: 2 } },
  ]);
  assert.deepEqual([s.accepted, s.duplicates, s.invalid], [4, 2, 0]);
});

test('what has no sameness is never a duplicate', () => {
  const nameless: IncomingRow = { read: { ok: { payload: {}, sameness: null } } };
  assert.equal(
    sorter()
      .sort([nameless, nameless])
      .every(({ skip }) => skip === undefined),
    true,
  );
});

test('what the batch holds already is a duplicate, and positions go on behind it', () => {
  const s = sorter();
  s.remember('a', 7);
  s.remember(null, 9);
  assert.deepEqual(
    s.sort([row('a'), row('b'), row('B')]).map(({ skip }) => skip?.duplicateOfSeq ?? null),
    [7, null, 11],
  );
});

test('a problem says where it stood: line, field, field in the entry', () => {
  const s = sorter('skip');
  s.sort([
    row('good'),
    bad({ line: 12 }),
    bad({ field: 'items[3]' }),
    bad({ field: 'items[4]' }, { field: 'question', message: 'must not be blank' }),
    bad({ line: 2, field: 'second.csv' }, { line: 99, message: 'has no column question' }),
  ]);
  assert.deepEqual(s.problems, [
    { line: 12, message: 'must be a question' },
    { field: 'items[3]', message: 'must be a question' },
    { field: 'items[4].question', message: 'must not be blank' },
    { line: 2, field: 'second.csv', message: 'has no column question' },
  ]);
  s.finish();
});

test('when invalid rows are rejected, the refusal tells the first place, how many more, and what to do', () => {
  const s = sorter();
  s.sort([row('good'), bad({ line: 12 }), bad({ line: 14 })]);
  const fault = faultOf(() => s.finish());
  assert.equal(fault.code, 'invalid_items');
  assert.match(fault.message, /line 12: must be a question, and 1 more.*onInvalid/);
  assert.equal(fault.problems.length, 2);
});

test('a hundred problems are shown; one more ends a submission that rejects them', () => {
  const s = sorter();
  const lines = Array.from({ length: 5_000 }, (_, i) => bad({ line: i + 1 }));
  const fault = faultOf(() => s.sort(lines));
  assert.equal(fault.code, 'invalid_items');
  assert.deepEqual([fault.problems.length, s.invalid], [100, 101]);
});

test('where invalid rows are skipped they are all counted, and a hundred shown', () => {
  const s = sorter('skip');
  s.sort(Array.from({ length: 5_000 }, (_, i) => bad({ line: i + 1 })));
  assert.deepEqual([s.problems.length, s.invalid], [100, 5_000]);
});

test('nothing at all, and nothing usable, are told apart', () => {
  assert.match(faultOf(() => sorter().finish()).message, /nothing in it/);
  const s = sorter('skip');
  s.sort([bad({ line: 1 })]);
  const fault = faultOf(() => s.finish());
  assert.deepEqual([fault.code, fault.problems.length], ['empty_submission', 1]);
  assert.match(fault.message, /None of the 1 entries/);
});

test('a batch holds so many items and not one more, duplicates and those it had before included', () => {
  const exact = sorter('reject', 3);
  assert.equal(exact.sort([row('a'), row('a'), row('b')]).length, 3);
  assert.equal(faultOf(() => exact.sort([row('c')])).code, 'too_many_items');
  const full = sorter('reject', 3);
  full.remember('x', 3);
  const fault = faultOf(() => full.sort([row('a')]));
  assert.deepEqual([fault.kind, fault.code], ['too_large', 'too_many_items']);
});
