import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isStopWord, sentencesOf, stem, termsOf, wordsOf } from './words.ts';

describe('words', () => {
  test('numbers keep their separators and words their apostrophes', () => {
    assert.deepEqual(wordsOf('The company’s 13:00 call costs £1,500.50; don’t skip.'), [
      'the',
      'company',
      '13:00',
      'call',
      'costs',
      '1,500.50',
      "don't",
      'skip',
    ]);
  });

  test('stems follow the published examples of the algorithm', () => {
    const published = {
      caresses: 'caress',
      ponies: 'poni',
      feed: 'feed',
      plastered: 'plaster',
      motoring: 'motor',
      sing: 'sing',
      conflated: 'conflat',
      sized: 'size',
      hopping: 'hop',
      falling: 'fall',
      filing: 'file',
      happy: 'happi',
      sky: 'sky',
      relational: 'relat',
      vietnamization: 'vietnam',
      operator: 'oper',
      decisiveness: 'decis',
      triplicate: 'triplic',
      electrical: 'electr',
      revival: 'reviv',
      replacement: 'replac',
      adoption: 'adopt',
      effective: 'effect',
      rate: 'rate',
      controll: 'control',
      roll: 'roll',
    };
    for (const [word, expected] of Object.entries(published)) assert.equal(stem(word), expected, word);
  });

  test('one thousand five hundred is one term, however it is written', () => {
    assert.equal(stem('1,500'), stem('1500'));
    assert.notEqual(stem('1,5'), stem('15'));
  });

  test('terms are the stems of what a question is about', () => {
    assert.deepEqual(termsOf('How many days of holiday do I get?'), [stem('days'), stem('holiday')]);
    assert.ok(isStopWord('how'));
  });
});

describe('sentences', () => {
  test('abbreviations, initials, decimals and list numbers do not end one', () => {
    assert.deepEqual(
      sentencesOf('Ask Dr. Osei (e.g. by mail). J. Smith pays 3.5 pounds, see p. 12. 1. Is it? Yes!'),
      ['Ask Dr. Osei (e.g. by mail).', 'J. Smith pays 3.5 pounds, see p. 12.', '1. Is it?', 'Yes!'],
    );
  });

  test('an answer of no ends where it ends', () => {
    assert.deepEqual(sentencesOf('The answer is no. Ask again.'), ['The answer is no.', 'Ask again.']);
  });

  test('bullets and blank lines part sentences', () => {
    assert.deepEqual(sentencesOf('You need:\n- a badge\n- a key\n\nThat is all'), [
      'You need:',
      '- a badge',
      '- a key',
      'That is all',
    ]);
  });

  test('nothing but white space is lost, and each is a piece of the text', () => {
    const text = fc.array(
      fc.constantFrom('No', '.', ' ', 'Dr', '?', '\n', '- ', '5', '"', 'é', '。', 'word', '…'),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(text, (pieces) => {
        const whole = pieces.join('');
        const sentences = sentencesOf(whole);
        assert.equal(sentences.join('').replace(/\s/g, ''), whole.replace(/\s/g, ''));
        for (const sentence of sentences) assert.ok(whole.includes(sentence));
      }),
    );
  });
});
