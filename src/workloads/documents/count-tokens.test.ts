import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { loadTokenizer } from './count-tokens.ts';

const count = await loadTokenizer();
const plain = { disallowedSpecial: new Set<string>() };

test('words counted one by one make what the tokenizer counts of the whole', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(
      ' ',
      '  ',
      '\n',
      '\r\n',
      '\t',
      ' \n ',
      "'s",
      "'LL",
      '1234567',
      'naïve',
      '<|endoftext|>',
      '…',
      '日本',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      assert.equal(count(text), countTokens(text, plain), JSON.stringify(text));
    }),
    { numRuns: 300 },
  );
});

test('a text without anything counts nothing', () => {
  assert.equal(count(''), 0);
});
