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

  test('where no spaces tell words apart, pairs of letters stand for them', () => {
    assert.deepEqual(wordsOf('北京大学有12个LINE群。'), [
      '北京',
      '京大',
      '大学',
      '学有',
      '12',
      '个',
      'line',
      '群',
    ]);
    assert.deepEqual(wordsOf('ปีที่แล้ว'), ['ปีที่', 'ที่แ', 'แล้', 'ล้ว']);
    assert.deepEqual(wordsOf('휴가는 며칠'), ['휴가', '가는', '며칠']);
  });

  test('grammar of Chinese and Japanese, and words that ask, are not what a text is about', () => {
    assert.deepEqual(termsOf('年假有多少天？'), ['年假']);
    assert.deepEqual(termsOf('休暇はありますか'), ['休暇', '暇は']);
    assert.deepEqual(termsOf('Wo stehen Fahrräder?'), [stem('stehen'), stem('fahrräder')]);
  });

  test('inflections count as one where words begin in few ways and end in many', () => {
    assert.equal(stem('сотрудники'), stem('сотруднику'));
    assert.equal(stem('εργαζόμενος'), stem('εργαζομένων'));
    assert.equal(stem('الموظفون'), stem('موظف'));
    assert.equal(stem('والدراجات'), stem('دراجة'));
    assert.notEqual(stem('поставка'), stem('постановка'));
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

  test('one ends in the way of its language', () => {
    assert.deepEqual(sentencesOf('一。二！ هل؟ نعم. यह है। वह है।'), [
      '一。',
      '二！',
      'هل؟',
      'نعم.',
      'यह है।',
      'वह है।',
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
