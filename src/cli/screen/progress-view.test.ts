import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shown } from './progress-view.ts';
import { percentDone, progressBlock, progressLine } from './progress-view.ts';
import { PLAIN } from './terminal.ts';
import { widthOf } from './visible-text.ts';

const HALF: Shown = {
  workload: 'answers',
  status: 'processing',
  total: 120,
  processed: 60,
  completed: 57,
  failed: 1,
  skipped: 2,
  cancelled: 0,
  ratePerSecond: 12.4,
  etaSeconds: 4.8,
  current: [{ description: 'Can I bring\nthe \u001b[31mdog to work?', stage: null }],
};

test('the bar, the figures and the question stand on three lines', () => {
  assert.deepEqual(progressBlock(HALF, 80, PLAIN), [
    `  ${'━'.repeat(20)}${'─'.repeat(20)}  50 %  60 of 120`,
    '  57 warmed · 2 skipped · 1 failed · 12.4/s · about 5 s left',
    '  › Can I bring the [31mdog to work?',
  ]);
});

test('no line is wider than the terminal, however narrow and whatever the text', () => {
  const wide = {
    ...HALF,
    total: 1_000_000,
    current: [{ description: '質問'.repeat(100), stage: 'reading' }],
  };
  for (const width of [20, 40, 60, 80, 200]) {
    for (const line of progressBlock(wide, width, PLAIN)) assert.ok(widthOf(line) < width, line);
  }
});

test('one failure among a million is to be seen', () => {
  const mark = { ...PLAIN, bad: (text: string) => text.replaceAll('━', 'x') };
  const [bar] = progressBlock({ ...HALF, total: 1_000_000, processed: 500_000 }, 80, mark);
  assert.match(bar ?? '', /━{19}x─{20}/);
});

test('100 % means that nothing is left', () => {
  assert.equal(percentDone({ total: 1_000, processed: 999 }), 99);
  assert.equal(percentDone({ total: 1_000, processed: 1_000 }), 100);
  assert.equal(percentDone({ total: 0, processed: 0 }), 0);
});

test('a paused batch promises no time', () => {
  const paused: Shown = { ...HALF, status: 'paused', current: [] };
  assert.match(progressLine(paused), /1 failed {2}paused$/);
});

test('on one line for logs', () => {
  assert.equal(
    progressLine(HALF),
    ' 50 %  60 of 120  57 warmed  2 skipped  1 failed  12.4/s  about 5 s left',
  );
});
