import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch } from '#domain/batch.ts';
import { NO_COUNTS } from '#domain/item.ts';
import type { Hands } from './hands.ts';
import type { RunningItem } from './run.ts';
import type { Workload } from '#ports/workload.ts';
import { RunningElsewhere } from './running-elsewhere.ts';
import { RateMeter, viewBatch } from './view-batch.ts';

function batch(completed: number, changes: Partial<Batch> = {}): Batch {
  return {
    id: 1,
    workload: 'test',
    status: 'processing',
    paceMs: 0,
    startedAt: 0,
    endedAt: null,
    hold: null,
    counts: { ...NO_COUNTS, completed, pending: 1_000 - completed },
    ...changes,
  } as Batch;
}

test('a batch that has not started, or has ended, has no rate', () => {
  const meter = new RateMeter();
  assert.equal(meter.note(batch(0, { startedAt: null }), 1_000), null);
  assert.equal(meter.note(batch(0), 0), null, 'it started this very moment');
  assert.equal(meter.note(batch(5, { endedAt: 900 }), 1_000), null);
});

test('at first the rate is that since the start', () => {
  assert.equal(new RateMeter().note(batch(30), 2_000), 15);
});

test('then it is that of the last ten seconds', () => {
  const meter = new RateMeter();
  let rate: number | null = null;
  for (let s = 0; s <= 60; s += 1) rate = meter.note(batch(s * 10), s * 1_000);
  assert.equal(rate, 10);
  for (let s = 61; s <= 75; s += 1) rate = meter.note(batch(600 + (s - 60) * 2), s * 1_000);
  assert.equal(rate, 2, 'what was faster is forgotten');
  for (let s = 76; s <= 90; s += 1) rate = meter.note(batch(630), s * 1_000);
  assert.equal(rate, 0);
});

test('looking often does not shorten what the rate is taken over', () => {
  const meter = new RateMeter();
  let rate: number | null = null;
  for (let ms = 0; ms <= 20_000; ms += 10) rate = meter.note(batch(ms / 10), ms);
  assert.equal(rate, 100);
});

test('items that are made again are not a negative rate', () => {
  const meter = new RateMeter();
  meter.note(batch(500), 1_000);
  assert.equal(meter.note(batch(400), 3_000), 0);
});

test('batches are measured apart, and one that ended starts anew', () => {
  const meter = new RateMeter();
  meter.note(batch(0), 0);
  meter.note(batch(0, { id: 2 }), 0);
  assert.equal(meter.note(batch(100), 10_000), 10);
  assert.equal(meter.note(batch(10, { id: 2 }), 10_000), 1);
  meter.note(batch(1_000, { endedAt: 11_000 }), 11_000);
  assert.equal(meter.note(batch(1_000, { startedAt: 0 }), 20_000), 50);
});

test('a view tells the time left while it moves, and what runs', () => {
  const running = [
    { id: 9, payload: { q: 'x' }, startedAt: 5, stage: { name: 'reading' } } as Partial<RunningItem>,
  ];
  const deps = {
    hands: { running: () => running as RunningItem[] } as Partial<Hands> as Hands,
    workloads: new Map([
      [
        'test',
        { describe: (payload) => `about ${JSON.stringify(payload)}` } as Partial<Workload> as Workload,
      ],
    ]),
    meter: new RateMeter(),
    elsewhere: new RunningElsewhere(),
  };
  const view = viewBatch(deps, batch(100), 10_000);
  assert.deepEqual([view.ratePerSecond, view.etaSeconds], [10, 90]);
  assert.deepEqual(view.current, [
    { id: 9, description: 'about {"q":"x"}', startedAt: 5, stage: { name: 'reading' } },
  ]);
  assert.equal(viewBatch(deps, batch(100, { status: 'paused' }), 10_000).etaSeconds, null);
  const hold = { until: 10_001, error: { code: 'model_resting', message: 'It is down.' } };
  assert.deepEqual(viewBatch(deps, batch(100, { hold }), 10_000).hold, hold);
  assert.equal(viewBatch(deps, batch(100, { hold }), 10_001).hold, null, 'its time has come');
  assert.equal(viewBatch(deps, batch(0), 10_000).etaSeconds, null, 'nothing moves');
  const paced = viewBatch({ ...deps, meter: new RateMeter() }, batch(100, { paceMs: 2_000 }), 10_000);
  assert.equal(paced.etaSeconds, 1_800, 'never less than the pace allows');
});
