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

test('what comes each hour comes each hour, also in the night in which the clocks go back or forth', () => {
  const HOUR = 3_600_000;
  for (const [cron, zone, from] of [
    ['0 * * * *', 'Europe/Berlin', '2027-10-30T21:00:00Z'],
    ['0 * * * *', 'Europe/Berlin', '2027-03-27T22:00:00Z'],
    ['*/15 * * * *', 'America/New_York', '2027-11-07T03:00:00Z'],
    ['*/30 * * * *', 'Australia/Lord_Howe', '2027-04-03T12:00:00Z'],
    ['20 * * * *', 'Asia/Kolkata', '2027-03-27T22:00:00Z'],
  ] as const) {
    let last = at(from);
    for (let times = 0; times < 24; times += 1) {
      const next = calendar.next(cron, zone, last) as number;
      const shown = `${cron} in ${zone}: ${new Date(last).toISOString()} and ${new Date(next).toISOString()}`;
      assert.ok(next > last, shown);
      if (times > 0) assert.ok(next - last <= HOUR, shown);
      last = next;
    }
  }
});

test('the next time is never before the one it is asked from, in any night in which clocks change', () => {
  const patterns = ['*/15 1 * * *', '30 1 * * *', '*/15 * * * *', '0 2 * * *', '7 0-3 * * 0'];
  const nights = [
    ['America/New_York', '2027-11-07T03:00:00Z'],
    ['America/New_York', '2027-03-14T03:00:00Z'],
    ['Europe/Berlin', '2027-10-30T22:00:00Z'],
    ['Australia/Lord_Howe', '2027-04-03T12:00:00Z'],
  ] as const;
  for (const cron of patterns)
    for (const [zone, from] of nights)
      for (let after = at(from); after < at(from) + 8 * 3_600_000; after += 900_000) {
        const next = calendar.next(cron, zone, after) as number;
        assert.ok(next > after, `${cron} in ${zone} from ${new Date(after).toISOString()}`);
      }
});

test('wrong patterns and zones are told by their field', () => {
  assert.equal(calendar.problemOf('0 3 * * 1-5', 'Europe/Berlin'), null);
  assert.equal(calendar.problemOf('0 3 * * *', 'Mars/Olympus')?.field, 'timeZone');
  for (const cron of ['', 'daily', '* * * * * *', '61 3 * * *', '0 3 31 2 *', '0 25 * * *'])
    assert.equal(calendar.problemOf(cron, 'UTC')?.field, 'cron', cron);
});
