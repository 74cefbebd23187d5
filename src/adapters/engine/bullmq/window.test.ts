import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from './window.ts';

/** Looks at a window while so many items are taken between each two looks. @returns how many stood after the last */
function look(window: Window, { taken, times }: { taken: number; times: number }): number {
  let standing = 0;
  for (let n = 0; n < times; n += 1) {
    standing = Math.max(0, standing - taken);
    const room = window.room(standing, 0);
    window.offered(room);
    standing += room;
  }
  return standing;
}

test('where nothing stands, as much is offered as there is free room in hands', () => {
  assert.equal(new Window().room(0, 24), 24);
  assert.equal(new Window().room(0, 0), 2);
});

test('a rush is so large at most, and four times as much when that was taken too', () => {
  const window = new Window();
  assert.equal(window.room(0, 10_000), 64);
  window.offered(64);
  assert.equal(window.room(0, 10_000), 4 * 96);
});

test('free room counts for nothing while something stands: it will be taken', () => {
  const window = new Window();
  window.offered(window.room(0, 10));
  assert.equal(window.room(4, 1_000), 9 - 4);
});

test('what stands is half as much again as is taken between two looks, however fast or slow that is', () => {
  for (const taken of [1, 6, 75, 1_000]) {
    const stood = look(new Window(), { taken, times: 30 });
    assert.ok(stood >= taken && stood <= Math.max(2, Math.ceil(taken * 1.5)), `${stood} for ${taken}`);
  }
});

test('it shrinks when less is taken, and never holds more than 4,000', () => {
  const window = new Window();
  assert.equal(look(window, { taken: 50_000, times: 40 }), 4_000);
  assert.equal(look(window, { taken: 50, times: 200 }), 75);
});

test('what was offered at a pace that is no more is a surplus after a while, and not while it is taken', () => {
  const window = new Window();
  let standing = look(window, { taken: 1_000, times: 10 });
  let looks = 0;
  for (; !window.isSurplus; looks += 1) {
    standing -= 1;
    window.offered(window.room(standing, 0));
  }
  assert.ok(looks > 30 && looks < 100, `after ${looks} looks`);
  window.withdrawn();
  assert.equal(window.isSurplus, false);
  assert.ok(window.room(0, 0) < 10);
});

test('a job carries one item while few are taken, and more of them the more are taken', () => {
  const window = new Window();
  assert.equal(window.inJob, 1);
  look(window, { taken: 20, times: 30 });
  assert.equal(window.inJob, 1);
  look(window, { taken: 320, times: 30 });
  assert.equal(window.inJob, 10);
  look(window, { taken: 4_000, times: 30 });
  assert.equal(window.inJob, 50);
});
