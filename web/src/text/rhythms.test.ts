import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronOf, rhythmOf, tellRhythm } from './rhythms.ts';

const TOLD = {
  '0 * * * *': 'Every hour',
  '15 * * * *': 'Every hour, at 15 min past',
  '0 3 * * *': 'Every day at 03:00',
  '30 5 * * 1-5': 'Monday to Friday at 05:30',
  '0 22 * * 0': 'Sundays at 22:00',
  '0 3 1 * *': '0 3 1 * *',
  '*/5 * * * *': '*/5 * * * *',
};

test('simple patterns are told in words, others as they are', () => {
  for (const [cron, words] of Object.entries(TOLD)) assert.equal(tellRhythm(cron), words);
});

test('a pattern that was read is written as it was', () => {
  for (const cron of Object.keys(TOLD)) assert.equal(cronOf(rhythmOf(cron)), cron);
});

test('a time that a person picks becomes a pattern', () => {
  assert.equal(cronOf({ kind: 'weekly', time: '05:09', day: 1 }), '9 5 * * 1');
});
