import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoized } from './memo.ts';

test('what was made of a text is not made again, up to so many texts', () => {
  const made: string[] = [];
  const upper = memoized((text) => {
    made.push(text);
    return text.toUpperCase();
  }, 2);
  assert.deepEqual(['a', 'b', 'a', 'c', 'a'].map(upper), ['A', 'B', 'A', 'C', 'A']);
  assert.deepEqual(made, ['a', 'b', 'c', 'a']);
});

test('a word that is remembered does not keep the text in memory that it was cut out of', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const first = memoized((word) => word.slice(0, 20), 1_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 100; n += 1) {
    const text = `incomprehensibilities${n} ${String.fromCharCode(97 + (n % 26)).repeat(2 ** 20)}`;
    first(text.slice(0, text.indexOf(' ')));
  }
  collect();
  const kept = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  assert.ok(kept < 20, `${kept.toFixed(0)} MiB kept of 100 texts of 1 MiB`);
});
