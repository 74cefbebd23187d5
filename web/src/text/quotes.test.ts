import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findQuote } from './quotes.ts';

test('a quote is found where its line breaks fall elsewhere', () => {
  const text = 'First.\n\nUp to 50 weeks\nof leave (or less).';
  const place = findQuote(text, '50 weeks of  leave (or less).');
  assert.ok(place !== null);
  assert.equal(text.slice(place.from, place.to), '50 weeks\nof leave (or less).');
});

test('signs that mean something in patterns are only signs', () => {
  assert.deepEqual(findQuote('a+b costs £5.00 [net]', '£5.00 [net]'), { from: 10, to: 21 });
  assert.equal(findQuote('5x00', '5.00'), null);
});

test('words that are not there, and no words, have no place', () => {
  assert.equal(findQuote('something else', 'these words'), null);
  assert.equal(findQuote('something', '  '), null);
});
