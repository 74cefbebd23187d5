import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256Hex } from './sha256.ts';

test('the digest is that of the platform, for every length around a block and for any script', () => {
  const texts = Array.from({ length: 200 }, (_, n) => 'é☃a'.repeat(n).slice(0, n));
  for (const text of [...texts, 'x'.repeat(100_000), 'naïve 質問 🎈']) {
    assert.equal(sha256Hex(text), createHash('sha256').update(text).digest('hex'));
  }
});
