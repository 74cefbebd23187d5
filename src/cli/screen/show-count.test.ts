import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, showNumber, showRate } from './show-count.ts';

test('figures are grouped, things take their plural', () => {
  assert.equal(showNumber(1_234_567), '1,234,567');
  assert.deepEqual([counted(1, 'question'), counted(0, 'question')], ['1 question', '0 questions']);
  assert.equal(counted(2, 'passage', 'passages'), '2 passages');
});

test('slow rates keep a digit, fast ones do not need it', () => {
  assert.deepEqual([0.28, 12.44, 80_123.4].map(showRate), ['0.3/s', '12.4/s', '80,123/s']);
});
