import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limiterContract } from '#ports/limiter.contract.ts';
import { MemoryLimiter } from './memory-limiter.ts';

limiterContract('memory', () => new MemoryLimiter());

test('the first calls wait for a window: what a predecessor sent last is not known', async () => {
  const limiter = new MemoryLimiter();
  const from = performance.now();
  (
    await limiter.take(
      { name: 'a', calls: 3, windowMs: 60 },
      { signal: AbortSignal.timeout(120_000), isUrgent: false },
    )
  ).done();
  assert.ok(performance.now() - from >= 59);
});
