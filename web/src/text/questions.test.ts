import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTyped } from './questions.ts';

test('lines are questions, comments or blank, and a question that differs in case, spaces or its mark is a duplicate', () => {
  const typed = readTyped('# office\nHow long is it?\n\n  how   LONG is it \nWhere?');
  assert.deepEqual(
    typed.lines.map(({ kind }) => kind),
    ['comment', 'question', 'blank', 'duplicate', 'question'],
  );
  assert.equal(typed.lines[3]?.sameAs, 2);
  assert.deepEqual(typed.counts, { question: 2, duplicate: 1, comment: 1, blank: 1, too_long: 0 });
});

test('duplicates are sent too, and what is too long is not', () => {
  const { questions } = readTyped(`Why?\nwhy\n${'x'.repeat(2_001)}`);
  assert.deepEqual(questions, ['Why?', 'why']);
});

test('line ends of any system leave nothing behind', () => {
  assert.deepEqual(readTyped('Why?\r\nHow?\r\n').questions, ['Why?', 'How?']);
});
