import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchEvent } from '#sdk/watch.ts';
import { followBatch, showPlain, styleFor } from './follow-batch.ts';
import type { Terminal } from './terminal.ts';
import { PLAIN } from './terminal.ts';

function eventAt(processed: number, others: Partial<BatchEvent> = {}): BatchEvent {
  return {
    event: 'progress',
    id: 'bat_1',
    name: null,
    workload: 'answers',
    version: processed,
    status: 'processing',
    total: 1_000,
    processed,
    completed: processed,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    discovered: 0,
    expectedTotal: null,
    ratePerSecond: null,
    etaSeconds: null,
    hold: null,
    current: [],
    ...others,
  };
}

function collecting(isLive = false): Terminal & { readonly written: string[] } {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  return { written, out: write, note: write, isLive, width: () => 80, paint: PLAIN, notePaint: PLAIN };
}

test('a log gets a line for each tenth, and at most one a second', () => {
  const { written, out } = collecting();
  let now = 0;
  const show = showPlain({ out }, () => now);
  for (let processed = 0; processed <= 1_000; processed += 1) {
    now = processed * 50; // 50 s in all: a tenth each 5 s
    show.event(eventAt(processed));
  }
  assert.equal(written.length, 11);
  assert.match(written.at(-1) ?? '', /100 % {2}1,000 of 1,000/);
});

test('a slow batch is heard of every ten seconds, a stuck one says nothing twice', () => {
  const { written, out } = collecting();
  let now = 0;
  const show = showPlain({ out }, () => now);
  for (let second = 0; second < 60; second += 1) {
    now = second * 1_000;
    show.event(eventAt(Math.floor(second / 20)));
  }
  assert.equal(written.length, 3);
});

test('a pause is told at once', () => {
  const { written, out } = collecting();
  const show = showPlain({ out }, () => 0);
  show.event(eventAt(1));
  show.event(eventAt(1, { status: 'paused' }));
  assert.equal(written.length, 2);
});

test('following gives the last event, and null to whoever stops looking', async () => {
  const terminal = collecting();
  async function* watch(
    _id: string,
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<BatchEvent> {
    yield eventAt(10);
    yield await Promise.resolve(eventAt(1_000, { event: 'complete', status: 'completed' }));
    options.signal?.throwIfAborted();
  }
  const following = { batches: { watch }, terminal, style: 'json' as const };
  const last = await followBatch({ ...following, signal: new AbortController().signal }, 'bat_1');
  assert.equal(last?.event, 'complete');
  assert.deepEqual(
    terminal.written.map((line) => JSON.parse(line).processed),
    [10, 1_000],
  );
  assert.equal(await followBatch({ ...following, signal: AbortSignal.abort() }, 'bat_1'), null);
});

test('only a terminal that somebody looks at is drawn over', () => {
  assert.equal(styleFor(collecting(true), false), 'live');
  assert.equal(styleFor(collecting(false), false), 'plain');
  assert.equal(styleFor(collecting(true), true), 'json');
});
