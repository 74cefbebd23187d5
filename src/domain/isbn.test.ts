import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readIsbn, readIsbns } from './isbn.ts';

test('an ISBN is read however its exporter wraps it', () => {
  for (const cell of [
    '="9780141026169"',
    '=9780141026169',
    '978-0-14-102616-9',
    ' 9780141026169 ',
    '="0141026162"',
    '0-14-102616-2',
    '[0141026162]',
  ])
    assert.equal(readIsbn(cell), '9780141026169', cell);
  assert.equal(readIsbn('080442957X'), readIsbn('080442957x'));
});

test('what is none, or is mistyped, is none', () => {
  for (const cell of ['', '=""', '9780141026160', '0141026163', 'B00AAAA1BB', '123', '9'.repeat(500)])
    assert.equal(readIsbn(cell), null, cell);
});

test('a cell of several gives each of them once', () => {
  assert.deepEqual(readIsbns('0141026162, 9780141026169'), ['9780141026169']);
});

test('reading what was read changes nothing', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^978\d{9}$/), (body) => {
      const sum = Array.from(body).reduce(
        (total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3),
        0,
      );
      const isbn = body + String((10 - (sum % 10)) % 10);
      assert.equal(readIsbn(`="${isbn}"`), isbn);
    }),
  );
});
