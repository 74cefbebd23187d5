import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clean, clip, widthOf, wrap } from './visible-text.ts';

test('text from outside cannot steer the terminal, nor leave its line', () => {
  assert.equal(clean('a\u001b[31mred\u001b[0m\r\nb\tc\u0007\u009b2J'), 'a [31mred [0m b c 2J');
  assert.equal(clean('abc\u202edcba'), 'abcdcba');
  assert.equal(clean('  spaced   out  '), 'spaced out');
});

test('wide letters take two columns, combined ones one, styles none', () => {
  assert.equal(widthOf('abc'), 3);
  assert.equal(widthOf('質問'), 4);
  assert.equal(widthOf('e\u0301'), 1);
  assert.equal(widthOf('\u001b[36mabc\u001b[39m'), 3);
});

test('what is clipped fits, ellipsis included, and never cuts a letter in two', () => {
  assert.equal(clip('short', 5), 'short');
  assert.equal(clip('a longer text', 8), 'a longe…');
  for (const text of ['質問がたくさんあります', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 'e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301']) {
    assert.ok(widthOf(clip(text, 5)) <= 5, text);
    assert.ok(clip(text, 5).endsWith('…'), text);
  }
});

test('lines break at spaces, and a word that is too long stays whole', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(wrap('a verylongwordindeed b', 6), ['a', 'verylongwordindeed', 'b']);
  assert.deepEqual(wrap('', 10), []);
});
