import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseQuestion } from './answer.ts';

test('case, white space, width and closing punctuation do not make another question', () => {
  const same = [
    'How many days of leave do I get?',
    'how many days of leave do i get',
    '  How many days\tof leave\r\ndo I get ?! ',
    'Ｈｏｗ many days of leave do I get？',
    'How many days of leave do I get…',
    'How\u00a0many days of\u2003leave do I get?',
  ];
  assert.deepEqual(new Set(same.map(normaliseQuestion)), new Set(['how many days of leave do i get']));
});

test('a question ends in the mark of its language, or in none', () => {
  for (const asked of ['كم يوما؟', 'कितने दिन।', 'Πόσες ημέρες;', '多少天？'])
    assert.equal(normaliseQuestion(asked), normaliseQuestion(asked.slice(0, -1)));
});

test('an accent written in one sign or in two is the same', () => {
  assert.equal(normaliseQuestion('Où est le caf\u00e9?'), normaliseQuestion('Où est le cafe\u0301?'));
});

test('what changes the meaning stays', () => {
  const different = ['Is 1.5 enough', 'Is 15 enough', 'Is it enough', "Isn't it enough", '¿Is it enough'];
  assert.equal(new Set(different.map(normaliseQuestion)).size, different.length);
});

/** Any UTF-16 units, halves of pairs too. (`unit: 'binary'` takes seconds to set up.) */
const anyUnits = fc.array(fc.nat(0xffff), { maxLength: 30 }).map((units) => String.fromCharCode(...units));

test('a normalised question is normal: once more changes nothing', () => {
  const question = fc.oneof(
    anyUnits,
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc
      .array(fc.constantFrom('A', ' ', '?', '…', '！', 'é', 'ß', 'İ', '\n', 'ﬁ'), { maxLength: 12 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(question, (text) => {
      const once = normaliseQuestion(text);
      assert.equal(normaliseQuestion(once), once);
      assert.equal(normaliseQuestion(`${text} ?!؟;`), once);
    }),
    { numRuns: 2_000 },
  );
});

test('marks in the middle stay, and a hundred thousand of them are read once, not once for each', () => {
  const marks = '?'.repeat(100_000);
  assert.equal(normaliseQuestion(`a${marks}b${marks}`), `a${marks}b`);
});
