import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scrub } from './scrub.ts';

for (const [message, left] of [
  ['no such table: flights', 'no such table: flights'],
  [
    `Unexpected token 'q', "question: how ill is A"... is not valid JSON`,
    "Unexpected token 'q', [struck out]... is not valid JSON",
  ],
  ['near "salary of": syntax error', 'near [struck out]: syntax error'],
  ["column 'salary' of relation `people`", 'column [struck out] of relation [struck out]'],
  ['an unclosed "quote of what was', 'an unclosed [struck out]'],
  ['a line\n"break \\" and\nanother" end', 'a line\n[struck out] end'],
  [
    'connect ECONNREFUSED postgres://preheat:secret@db.example:5432/preheat?sslmode=x',
    'connect ECONNREFUSED postgres://db.example:5432',
  ],
  [`Bearer ph_${'a1B2c3D4'.repeat(5)} is refused`, 'Bearer [struck out] is refused'],
  [
    "Cannot read properties of undefined (reading 'id')",
    'Cannot read properties of undefined (reading [struck out])',
  ],
] as const) {
  test(`of an error remains: ${left.replaceAll('\n', ' ')}`, () => assert.equal(scrub(message), left));
}

test('a message is cut', () => assert.equal(scrub('x y '.repeat(1_000)).length, 300));
