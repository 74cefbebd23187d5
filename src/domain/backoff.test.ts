import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs, DEFAULT_RETRY } from './backoff.ts';
import type { RetryPolicy } from './backoff.ts';

const policy: fc.Arbitrary<RetryPolicy> = fc
  .tuple(fc.integer({ min: 1, max: 3_600_000 }), fc.integer({ min: 0, max: 3_600_000 }))
  .map(([baseMs, more]) => ({ maxAttempts: 3, baseMs, maxMs: baseMs + more }));
const failures = fc.integer({ min: 1, max: 100 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a wait is between half of what is due and all of it, and never above the longest', () => {
  fc.assert(
    fc.property(policy, failures, random, (p, n, r) => {
      const due = Math.min(p.maxMs, p.baseMs * 2 ** (n - 1));
      const wait = backoffMs(p, n, r);
      assert.ok(Number.isSafeInteger(wait));
      assert.ok(wait >= Math.floor(due / 2) && wait <= due, `${wait} for ${due}`);
    }),
  );
});

test('with the same luck, a further failure never waits less', () => {
  fc.assert(
    fc.property(policy, failures, random, (p, n, r) => {
      assert.ok(backoffMs(p, n + 1, r) >= backoffMs(p, n, r));
    }),
  );
});

test('a crowd that failed together does not come back together', () => {
  const waits = new Set(Array.from({ length: 100 }, (_, i) => backoffMs(DEFAULT_RETRY, 3, i / 100)));
  assert.equal(waits.size, 100);
});
