import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRates, showRates } from './rates.ts';

test('limits are read as they are shown', () => {
  for (const text of ['', 'off', '600/minute', '600/minute, 20/second sliding'])
    assert.equal(showRates(readRates(text)), text);
  assert.deepEqual(readRates(' 600 / minute ,20/second'), ['600/minute', '20/second']);
});
