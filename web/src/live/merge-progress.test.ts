import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch, BatchEvent } from '#sdk/index.ts';
import { mergeProgress } from './merge-progress.ts';

const COUNTS = { pending: 90, processing: 8, completed: 2, failed: 0, cancelled: 0, skipped: 0 };

test('an event moves a batch on, and its counts stay whole', () => {
  const after = mergeProgress(batchOf(3), eventOf({ version: 4, processed: 10, completed: 9, failed: 1 }));
  const { counts } = after;
  assert.equal(after.version, 4);
  assert.deepEqual([counts.completed, counts.failed], [9, 1]);
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count),
    after.total,
  );
});

test('an event that is older than what is shown changes nothing', () => {
  const before = batchOf(9);
  assert.equal(mergeProgress(before, eventOf({ version: 8 })), before);
});

test('nothing runs any more in a batch that has ended', () => {
  const after = mergeProgress(
    batchOf(3),
    eventOf({ version: 4, status: 'completed', processed: 100, completed: 100 }),
  );
  assert.deepEqual([after.counts.pending, after.counts.processing], [0, 0]);
});

function batchOf(version: number): Batch {
  return {
    id: 'bat_1',
    workload: 'answers',
    name: null,
    status: 'processing',
    source: { kind: 'typed', detail: null },
    requestId: null,
    priority: 0,
    paceMs: 0,
    concurrency: null,
    maxAttempts: 3,
    options: {},
    metadata: {},
    round: 0,
    version,
    total: 100,
    processed: 2,
    counts: COUNTS,
    discovered: 0,
    expectedTotal: null,
    ratePerSecond: null,
    etaSeconds: null,
    hold: null,
    current: [],
    isSettling: false,
    createdAt: '2026-11-22T08:00:00.000Z',
    startedAt: null,
    endedAt: null,
  };
}

function eventOf(changes: Partial<BatchEvent>): BatchEvent {
  return {
    event: 'progress',
    id: 'bat_1',
    name: null,
    workload: 'answers',
    version: 4,
    status: 'processing',
    total: 100,
    processed: 2,
    completed: 2,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    discovered: 0,
    expectedTotal: null,
    ratePerSecond: 1,
    etaSeconds: 90,
    hold: null,
    current: [],
    ...changes,
  };
}
