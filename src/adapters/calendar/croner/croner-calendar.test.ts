import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CronerCalendar } from './croner-calendar.ts';

const calendar = new CronerCalendar();
const at = (text: string): number => Date.parse(text);

test('a pattern comes round by the clocks of its place', () => {
  const next = calendar.next('0 3 * * *', 'Europe/Berlin', at('2026-01-10T12:00:00Z'));
  assert.equal(next, at('2026-01-11T02:00:00Z'));
  const summer = calendar.next('0 3 * * *', 'Europe/Berlin', at('2026-07-10T12:00:00Z'));
  assert.equal(summer, at('2026-07-11T01:00:00Z'));
});

test('the next time is later than the one it is asked from', () => {
  assert.equal(calendar.next('0 3 * * *', 'UTC', at('2026-01-10T03:00:00Z')), at('2026-01-11T03:00:00Z'));
});

test('a time that summer time leaves out is not lost, and one that it repeats comes once a day', () => {
  const left = calendar.next('30 2 * * *', 'Europe/Berlin', at('2026-03-28T12:00:00Z')) as number;
  assert.ok(
    left > at('2026-03-28T12:00:00Z') && left <= at('2026-03-29T01:30:00Z'),
    new Date(left).toISOString(),
  );
  const first = calendar.next('30 2 * * *', 'Europe/Berlin', at('2026-10-24T12:00:00Z')) as number;
  const second = calendar.next('30 2 * * *', 'Europe/Berlin', first) as number;
  assert.ok(
    second - first >= 23 * 3_600_000,
    `${new Date(first).toISOString()} and ${new Date(second).toISOString()}`,
  );
});

test('wrong patterns and zones are told by their field', () => {
  assert.equal(calendar.problemOf('0 3 * * 1-5', 'Europe/Berlin'), null);
  assert.equal(calendar.problemOf('0 3 * * *', 'Mars/Olympus')?.field, 'timeZone');
  for (const cron of ['', 'daily', '* * * * * *', '61 3 * * *', '0 3 31 2 *', '0 25 * * *'])
    assert.equal(calendar.problemOf(cron, 'UTC')?.field, 'cron', cron);
});
