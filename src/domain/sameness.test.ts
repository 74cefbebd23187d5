import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hash64, SamenessTable } from './sameness.ts';

/** What the table must say, from a Map of the texts themselves. */
function check(texts: Iterable<string>): SamenessTable {
  const table = new SamenessTable();
  const first = new Map<string, number>();
  let position = 0;
  for (const text of texts) {
    position += 1;
    const expected = first.get(text) ?? null;
    // Not `assert.equal` for each: it would take most of the time.
    if (table.seen(text, position) !== expected) assert.fail(`position ${position}: ${JSON.stringify(text)}`);
    if (expected === null) first.set(text, position);
  }
  assert.equal(table.size, first.size);
  return table;
}

test('it says what a Map of the texts would say', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.array(fc.nat(0xffff), { maxLength: 5 }).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(fc.property(fc.array(text, { maxLength: 120 }), (texts) => void check(texts)));
});

test('so it does for 200,000 texts of which every other is a repetition', () => {
  const table = check(
    (function* () {
      for (let n = 0; n < 100_000; n += 1) {
        yield `What does paragraph ${n} of the handbook say?`;
        yield `What does paragraph ${Math.floor(n / 2)} of the handbook say?`;
      }
    })(),
  );
  assert.equal(table.size, 100_000);
});

test('so it does for texts that differ in one place only', () => {
  const long = 'x'.repeat(300);
  check(
    (function* () {
      for (let at = 0; at < 300; at += 1) {
        for (const letter of 'abcdefgh\0\uffff') yield long.slice(0, at) + letter + long.slice(at + 1);
      }
    })(),
  );
});

test('both halves of the hash spread: among 100,000 counted texts neither half repeats more than chance allows', () => {
  const halves = [new Set<number>(), new Set<number>()] as const;
  for (let n = 0; n < 100_000; n += 1) {
    const [high, low] = hash64(`question ${n}`);
    halves[0].add(high);
    halves[1].add(low);
  }
  // By the birthday bound about 1.2 of 100,000 values of 32 bits meet.
  for (const half of halves) assert.ok(half.size > 99_985, `${half.size}`);
});
