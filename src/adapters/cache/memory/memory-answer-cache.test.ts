import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerCacheContract, cachedAnswer } from '#ports/cache.contract.ts';
import { MEMORY_CACHE_DEFAULTS, MemoryAnswerCache } from './memory-answer-cache.ts';

answerCacheContract(() => new MemoryAnswerCache());

test('the least recently used goes first', () => {
  const cache = new MemoryAnswerCache({ ...MEMORY_CACHE_DEFAULTS, maxBytes: 50_000 });
  const keep = (key: string): void => cache.set(cachedAnswer(1, key, 'x'.repeat(10_000)));
  keep('a');
  keep('b');
  cache.get(1, 'a');
  keep('c');
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => cache.get(1, key)?.key),
    ['a', undefined, 'c'],
  );
});

test('the bytes are bounded', () => {
  const cache = new MemoryAnswerCache({ ...MEMORY_CACHE_DEFAULTS, maxBytes: 100_000 });
  for (let n = 0; n < 20; n += 1) cache.set(cachedAnswer(1, `k${n}`, 'x'.repeat(10_000)));
  const held = Array.from({ length: 20 }, (_, n) => cache.get(1, `k${n}`)).filter(
    (answer) => answer !== undefined,
  );
  assert.ok(held.length >= 3 && held.length <= 5, `${held.length} held`);
  cache.set(cachedAnswer(1, 'huge', 'x'.repeat(1_000_000)));
  assert.equal(cache.get(1, 'huge'), undefined);
});
