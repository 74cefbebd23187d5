import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findJsonError } from './json-position.ts';

test('a text that is never closed is found at once, however long', () => {
  const open = `{\n  "question": "${'How many days of leave '.repeat(200)}`;
  assert.deepEqual(findJsonError(open), { line: 2, column: 15 });
  assert.deepEqual(findJsonError('["a\\n", "b\\q"]'), { line: 1, column: 9 });
  assert.deepEqual(findJsonError('["a\\"b", 1 2]'), { line: 1, column: 12 });
});
