import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { OperationAction, OperationFilter } from '#domain/operation.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import type { TestQueue, TestQueueSettings } from './support/queue.ts';

function fact(
  title: string,
  settings: Partial<TestQueueSettings>,
  check: (queue: TestQueue) => Promise<void>,
): void {
  test(title, { timeout: 240_000 }, async () => {
    const queue = await openTestQueue({ run: async () => DONE, ...settings });
    try {
      await check(queue);
    } finally {
      await queue.close();
    }
  });
}

/** Matched, changed and refused, once the operation has ended. */
async function act(
  queue: TestQueue,
  action: OperationAction,
  filter: OperationFilter,
): Promise<readonly number[]> {
  const { id } = await queue.verbs.operations.start(queue.project, action, filter);
  return ended(queue, id);
}

async function ended({ verbs, project }: TestQueue, id: number): Promise<readonly number[]> {
  for (;;) {
    const { status, matched, changed, refused } = await verbs.operations.get(project, id);
    if (status === 'completed') return [matched, changed, refused];
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const DELETE_BATCHES: OperationAction = { on: 'batches', verb: 'delete' };
const RETRY_ITEMS: OperationAction = { on: 'items', verb: 'retry' };

fact('an operation on batches that names one leaves the others alone', { isStopped: true }, async (q) => {
  const kept = await q.submit(questions(2));
  const gone = await q.submit(questions(2));
  const batchId = gone.batch.id;
  assert.deepEqual(await act(q, DELETE_BATCHES, { batchId, workload: 'other' }), [0, 0, 0]);
  assert.deepEqual(await act(q, DELETE_BATCHES, { batchId, batchStatus: 'paused' }), [0, 0, 0]);
  assert.deepEqual(await act(q, DELETE_BATCHES, { batchId, workload: 'test' }), [1, 1, 0]);
  await assert.rejects(q.verbs.batches.get(q.project, batchId), { code: 'not_found' });
  assert.deepEqual(await act(q, DELETE_BATCHES, { batchId }), [0, 0, 0]);
  assert.equal((await q.verbs.batches.get(q.project, kept.batch.id)).batch.id, kept.batch.id);
});

fact(
  'an operation on items that names a workload leaves those of others alone',
  { run: () => Promise.reject(new Fault('refused', 'no', 'No.')) },
  async (q) => {
    const { batch } = await q.submit(questions(3));
    await q.ended(batch.id);
    assert.deepEqual(await act(q, RETRY_ITEMS, { itemStatus: 'failed', workload: 'other' }), [0, 0, 0]);
    assert.deepEqual(await act(q, RETRY_ITEMS, { itemStatus: 'failed', workload: 'test' }), [3, 3, 0]);
  },
);

const IMPOSSIBLE: readonly [action: OperationAction, filter: OperationFilter, named: string][] = [
  [DELETE_BATCHES, { itemStatus: 'failed' }, 'itemStatus'],
  [DELETE_BATCHES, { workload: 'test', errorCode: 'no' }, 'error'],
  [DELETE_BATCHES, { batchId: 1, text: 'a' }, 'text'],
  [DELETE_BATCHES, { batchId: 1, metadata: { team: 'x' } }, 'metadata'],
  [RETRY_ITEMS, { itemStatus: 'failed', batchStatus: 'paused' }, 'batchStatus'],
  [RETRY_ITEMS, { itemStatus: 'failed', metadata: { team: 'x' } }, 'metadata'],
];

fact('a filter that cannot restrict what is acted on is refused', { isStopped: true }, async (q) => {
  const { batch } = await q.submit(questions(2));
  for (const [action, filter, named] of IMPOSSIBLE) {
    await assert.rejects(q.verbs.operations.start(q.project, action, filter), (error: Fault) => {
      assert.deepEqual([error.kind, error.code], ['invalid', 'filter_not_possible']);
      assert.deepEqual(
        error.problems.map(({ field }) => field),
        [`filter.${named}`],
      );
      return true;
    });
  }
  assert.equal((await q.verbs.batches.get(q.project, batch.id)).batch.id, batch.id);
});

fact('a retry that meets a cancel still at work says when to try again', { isStopped: true }, async (q) => {
  const { batch } = await q.submit(questions(2));
  await q.store.batches.steer(q.project.id, batch.id, { to: 'cancel' }, Date.now());
  await assert.rejects(q.verbs.batches.retry(q.project, batch.id, ['cancelled']), (error: Fault) => {
    assert.deepEqual([error.kind, error.code, error.retryAfterSeconds], ['conflict', 'cannot_retry', 1]);
    assert.match(error.message, /is still being cancelled: try again in a moment/);
    return true;
  });
});

fact(
  'what an operation paused goes on when it is undone, and what stood before stays',
  { isStopped: true },
  async (q) => {
    const paused = await q.submit(questions(2));
    await q.verbs.batches.pause(q.project, paused.batch.id);
    const running = [await q.submit(questions(2)), await q.submit(questions(2))];
    const { id } = await q.verbs.operations.start(q.project, { on: 'batches', verb: 'pause' }, {});
    assert.deepEqual(await ended(q, id), [3, 3, 0]);
    assert.equal((await q.verbs.operations.get(q.project, id)).canUndo, true);
    const undo = await q.verbs.operations.undo(q.project, id);
    assert.deepEqual([undo.undoes, undo.action.verb], [id, 'resume']);
    assert.deepEqual(await ended(q, undo.id), [2, 2, 0]);
    const status = async (batchId: number) => (await q.verbs.batches.get(q.project, batchId)).batch.status;
    assert.equal(await status(paused.batch.id), 'paused');
    for (const { batch } of running) assert.equal(await status(batch.id), 'processing');
    for (const each of [id, undo.id]) {
      assert.equal((await q.verbs.operations.get(q.project, each)).canUndo, false);
      await assert.rejects(q.verbs.operations.undo(q.project, each), { code: 'cannot_undo' });
    }
  },
);

fact('what an operation cancelled runs what was left when it is undone', { isStopped: true }, async (q) => {
  const { batch } = await q.submit(questions(3));
  const held = await q.submit(questions(2));
  await q.verbs.batches.pause(q.project, held.batch.id);
  const { id } = await q.verbs.operations.start(q.project, { on: 'batches', verb: 'cancel' }, {});
  assert.deepEqual(await ended(q, id), [2, 2, 0]);
  for (const each of [batch.id, held.batch.id]) await q.ended(each);
  const undo = await q.verbs.operations.undo(q.project, id);
  assert.deepEqual(await ended(q, undo.id), [2, 2, 0]);
  const again = await q.verbs.batches.get(q.project, batch.id);
  assert.deepEqual([again.batch.status, again.batch.counts.pending], ['processing', 3]);
  const still = await q.verbs.batches.get(q.project, held.batch.id);
  assert.deepEqual([still.batch.status, still.batch.counts.pending], ['paused', 2]);
});

fact('what was deleted cannot be undone', { isStopped: true }, async (q) => {
  await q.submit(questions(1));
  const { id } = await q.verbs.operations.start(q.project, DELETE_BATCHES, {});
  assert.deepEqual(await ended(q, id), [1, 1, 0]);
  await assert.rejects(q.verbs.operations.undo(q.project, id), { code: 'cannot_undo' });
});
