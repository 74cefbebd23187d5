import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffWords } from './word-diff.ts';

test('words that stayed, went and came are told apart', () => {
  assert.deepEqual(diffWords('You get 25 days of leave. [1]', 'You get 28 days of paid leave. [1]'), [
    { kind: 'same', text: 'You get ' },
    { kind: 'removed', text: '25 ' },
    { kind: 'added', text: '28 ' },
    { kind: 'same', text: 'days of ' },
    { kind: 'added', text: 'paid ' },
    { kind: 'same', text: 'leave. [1]' },
  ]);
  assert.deepEqual(diffWords('', ''), []);
});

test('what stayed and went is the old text, what stayed and came the new one', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = diffWords(before, after);
      const without = (kind: string): string =>
        parts.flatMap((part) => (part.kind === kind ? [] : [part.text])).join('');
      assert.equal(without('added'), before);
      assert.equal(without('removed'), after);
    }),
  );
});
