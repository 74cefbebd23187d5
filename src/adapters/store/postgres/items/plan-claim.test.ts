import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '#domain/turns.ts';
import { lineAfter, linesOf, shareAmong } from './plan-claim.ts';
import type { OpenBatch } from './plan-claim.ts';

const NOW = 1_000;

function batch(id: number, changes: Partial<OpenBatch> = {}): OpenBatch {
  return {
    id,
    project_id: 1,
    workload: 'w',
    priority: 0,
    concurrency: null,
    pace_ms: 0,
    paced_until: 0,
    key_id: null,
    request_id: null,
    trace_parent: null,
    project_cap: null,
    max_attempts: 3,
    options: '{}',
    started_at: null,
    running: 0,
    ...changes,
  };
}

const took = (batchId: number, count: number) => Array.from({ length: count }, () => ({ batch_id: batchId }));

test('a batch that was closed while it was taken from is not asked again, whatever it gave', () => {
  const [ask] = shareAmong(linesOf([batch(1), batch(2)], NOW, new Turns()), 10, NOW);
  assert.ok(ask);
  const left = lineAfter(ask, took(1, 10), new Map([[1, 'paused']]));
  assert.deepEqual(
    left?.batches.map(({ id }) => id),
    [2],
  );
  assert.equal(
    lineAfter(
      ask,
      took(1, 10),
      new Map([
        [1, 'paused'],
        [2, 'cancelled'],
      ]),
    ),
    null,
  );
});

test('a project that gave less than its share is asked no more, and its room goes to others', () => {
  const lines = linesOf([batch(1), batch(2, { project_id: 2 })], NOW, new Turns());
  const [first, second] = shareAmong(lines, 10, NOW);
  assert.deepEqual([first?.free.most, second?.free.most], [5, 5]);
  assert.equal(lineAfter(first as never, took(1, 2), new Map()), null);
  assert.equal(lineAfter(second as never, took(2, 5), new Map())?.load, 5);
});

test('a limit and a pace say what a batch may give at most; one that is full or too early is not asked', () => {
  const limited = batch(1, { concurrency: 3, running: 1 });
  const paced = batch(2, { pace_ms: 500 });
  const early = batch(3, { pace_ms: 500, paced_until: NOW + 1 });
  const full = batch(4, { concurrency: 2, running: 2 });
  const [ask] = shareAmong(linesOf([limited, paced, early, full], NOW, new Turns()), 10, NOW);
  assert.deepEqual(ask?.gated, [
    { batchId: 1, most: 2 },
    { batchId: 2, most: 1 },
  ]);
  assert.equal(ask?.free.most, 0);
});
