import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffChunks } from './chunk-changes.ts';

/** One letter a chunk; the old version's have ids from 1, the new one's from 101. */
function diff(before: string, after: string) {
  const place = (text: string, from: number) =>
    Array.from(text, (identity, i) => ({ id: from + i, identity }));
  const { added, removed, moved } = diffChunks(place(before, 1), place(after, 101));
  return { added, removed, moved };
}

test('the same chunks in the same order are no change', () => {
  assert.deepEqual(diff('abca', 'abca'), { added: [], removed: [], moved: [] });
});

test('what comes parts its neighbours', () => {
  assert.deepEqual(diff('abcd', 'abxcd'), { added: [103], removed: [], moved: [2, 3] });
});

test('what goes brings its neighbours together', () => {
  assert.deepEqual(diff('abcd', 'abd'), { added: [], removed: [3], moved: [2, 4] });
});

test('what moves is no other chunk, and has other neighbours in both places', () => {
  assert.deepEqual(diff('abcdef', 'acdebf'), { added: [], removed: [], moved: [1, 2, 3, 5, 6] });
});

test('of what stands more or less often than before, every place counts', () => {
  assert.deepEqual(diff('aba', 'abaa'), { added: [101, 103, 104], removed: [1, 3], moved: [] });
});

test('all of a document that goes is removed', () => {
  assert.deepEqual(diff('ab', ''), { added: [], removed: [1, 2], moved: [] });
});
