import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from './admission.ts';

function open(maxWaitMs = 1_000) {
  const clock = { now: 1_000_000 };
  return { clock, admission: new Admission({ atOnce: 4, maxWaitMs }, () => clock.now) };
}

/** How many are let in before the first is refused, and what that one is told. */
function fill(admission: Admission, projectId = 1): { admitted: number; retryAfterSeconds: number } {
  for (let admitted = 0; admitted < 10_000; admitted += 1) {
    try {
      admission.enter(projectId);
    } catch (error) {
      const { code, retryAfterSeconds } = error as { code: string; retryAfterSeconds: number };
      assert.equal(code, 'too_busy');
      return { admitted, retryAfterSeconds };
    }
  }
  return { admitted: 10_000, retryAfterSeconds: 0 };
}

/** Answers come out at this pace while more is asked for all the time. */
function run({ admission, clock }: ReturnType<typeof open>, intervalMs: number, answers: number): void {
  const inside = Array.from({ length: 5 }, () => admission.enter(1));
  for (let at = 0; at < answers; at += 1) {
    clock.now += intervalMs;
    inside.shift()?.leave();
    inside.push(admission.enter(1));
  }
  for (const place of inside) place.leave();
}

test('with no time to wait so many are let in as are made at once, another when one has left, each project by itself', () => {
  const { admission } = open(0);
  const leaving = Array.from({ length: 3 }, () => admission.enter(1));
  assert.equal(fill(admission).admitted, 1);
  assert.equal(fill(admission, 2).admitted, 4);
  leaving[0]?.leave();
  assert.equal(fill(admission).admitted, 1);
});

test('a burst on a server that has just started is let in, as far as it can be hoped to be answered', () => {
  assert.equal(fill(open().admission).admitted, 4 + 20);
});

test('the queue is let grow to what gets done in time at the pace that was measured, fast or slow', () => {
  for (const [intervalMs, expected] of [
    [2, 500],
    [10, 100],
    [200, 5],
  ] as const) {
    const world = open();
    run(world, intervalMs, 300);
    const { admitted, retryAfterSeconds } = fill(world.admission);
    assert.ok(Math.abs(admitted - 4 - expected) <= expected / 8 + 1, `${admitted} at ${intervalMs} ms`);
    assert.equal(retryAfterSeconds, 2);
  }
});

test('when nothing comes out any more nobody is let in on the strength of what was', () => {
  const world = open();
  run(world, 2, 300);
  for (let at = 0; at < 10; at += 1) world.admission.enter(1);
  world.clock.now += 60_000;
  const { admitted, retryAfterSeconds } = fill(world.admission);
  assert.deepEqual([admitted, retryAfterSeconds], [0, 30]);
});

test('those who are let in begin in turn, and who leaves the queue is passed over', async () => {
  const { admission } = open();
  const signal = new AbortController().signal;
  const begun: number[] = [];
  const places = Array.from({ length: 8 }, () => admission.enter(1));
  const turns = places.map((place, at) => place.turn(signal).then(() => begun.push(at)));
  await Promise.all(turns.slice(0, 4));
  assert.deepEqual(begun, [0, 1, 2, 3]);
  places[5]?.leave();
  places[0]?.leave();
  places[1]?.leave();
  await Promise.all([turns[4], turns[6]]);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 6]);
  const stop = new AbortController();
  const late = admission.enter(1);
  const waiting = late.turn(stop.signal);
  stop.abort(new Error('hung up'));
  await assert.rejects(waiting, /hung up/);
});
