import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PreheatClient } from '#sdk/client.ts';
import type { BatchEvent } from '#sdk/watch.ts';
import type { Connection } from '../connection.ts';
import { endLine, exitCodeOf, readEnd } from './batch-end.ts';

const COMPLETE: BatchEvent = {
  event: 'complete',
  id: 'bat_1',
  name: null,
  workload: 'answers',
  version: 9,
  status: 'completed',
  total: 120,
  processed: 120,
  completed: 120,
  failed: 0,
  skipped: 0,
  cancelled: 0,
  discovered: 0,
  expectedTotal: null,
  ratePerSecond: null,
  etaSeconds: null,
  hold: null,
  current: [],
};

function lineOf(changes: Partial<BatchEvent>, skips: ReadonlyMap<string, number> | null = new Map()): string {
  return endLine({ last: { ...COMPLETE, ...changes }, skips });
}

test('the last line says what became of every item', () => {
  assert.equal(lineOf({}), 'Warmed 120 of 120');
  assert.equal(lineOf({ completed: 118, failed: 2 }), 'Warmed 118 of 120; 2 failed');
  const skips = new Map([
    ['already warm', 4],
    ['repeated', 1],
  ]);
  assert.equal(
    lineOf({ completed: 113, failed: 2, skipped: 5 }, skips),
    'Warmed 113 of 120; 4 already warm, 1 repeated; 2 failed',
  );
  assert.equal(lineOf({ completed: 0, skipped: 120 }, null), 'Nothing new to be warmed: 120 skipped');
  assert.equal(
    lineOf({ event: 'cancelled', status: 'cancelled', completed: 20, cancelled: 100 }),
    'Cancelled while warming: warmed 20 of 120; 100 cancelled',
  );
  assert.equal(lineOf({ workload: 'documents' }), 'Indexed 120 of 120');
  assert.equal(lineOf({ event: 'deleted', status: 'deleted' }), 'The batch bat_1 was deleted.');
});

test('the exit code is 0 only when everything that was to be done is done', () => {
  assert.equal(exitCodeOf(COMPLETE), 0);
  assert.equal(exitCodeOf({ ...COMPLETE, failed: 1 }), 1);
  assert.equal(exitCodeOf({ ...COMPLETE, event: 'cancelled' }), 1);
  assert.equal(exitCodeOf({ ...COMPLETE, event: 'deleted' }), 1);
});

function connectionOf(client: PreheatClient): Connection {
  return { client, url: 'http://preheat.test', project: undefined, hasKey: false };
}

/** A server whose pages of failed items are shorter than what is asked for. */
function pagesOf(lengths: readonly number[]): { client: PreheatClient; asked: string[] } {
  const asked: string[] = [];
  const client = new PreheatClient({
    baseUrl: 'http://preheat.test',
    fetch: (input) => {
      const cursor = new URL(input as string).searchParams.get('cursor') ?? '0';
      asked.push(cursor);
      const at = Number(cursor);
      const items = Array.from({ length: lengths[at] ?? 0 }, (_, i) => ({ id: `itm_${at}${i}` }));
      const nextCursor = at + 1 < lengths.length ? String(at + 1) : null;
      return Promise.resolve(Response.json({ items, nextCursor }));
    },
  });
  return { client, asked };
}

test('the first twenty that failed are read, over as many pages as they stand on', async () => {
  const last = { ...COMPLETE, failed: 99 };
  const long = pagesOf([5, 0, 18, 9]);
  const ended = await readEnd(connectionOf(long.client), last);
  assert.equal(ended.failures.length, 20);
  assert.deepEqual(long.asked, ['0', '1', '2']);
  const short = pagesOf([5, 0, 3]);
  assert.equal((await readEnd(connectionOf(short.client), last)).failures.length, 8);
});
