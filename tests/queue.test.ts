import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Outcome } from '#domain/outcome.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import type { TestQueue, TestQueueSettings } from './support/queue.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

for (const on of STORES) describe(`the queue on ${on}`, () => tellStories(on));

/** Each store gets stories of its own, with gates and counters that nobody used before. */
function tellStories(on: StoreKind): void {
  function fact(
    title: string,
    settings: TestQueueSettings,
    check: (queue: TestQueue) => Promise<void>,
  ): void {
    test(title, { timeout: 240_000 }, async () => {
      const queue = await openTestQueue({ ...settings, on });
      try {
        await check(queue);
      } finally {
        await queue.close();
      }
    });
  }

  /** A run that waits until the test lets it go, or until it is aborted. */
  function gate() {
    const waiting: (() => void)[] = [];
    const aborted: string[] = [];
    return {
      aborted,
      waiting,
      open: () => waiting.splice(0).forEach((go) => go()),
      run: (payload: { question: string }, { signal }: { signal: AbortSignal }): Promise<Outcome> =>
        new Promise((resolve, reject) => {
          waiting.push(() => resolve(DONE));
          signal.addEventListener('abort', () => {
            aborted.push(payload.question);
            reject(signal.reason as Error);
          });
        }),
    };
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  const counts = async ({ verbs, project }: TestQueue, id: number) =>
    (await verbs.batches.get(project, id)).batch.counts;

  fact(
    'a batch runs to its end; duplicates in it are skipped and counted',
    { run: async () => DONE },
    async (q) => {
      const { batch } = await q.submit(['a', 'b', 'A', 'c', 'B']);
      await q.ended(batch.id);
      assert.deepEqual(await counts(q, batch.id), {
        pending: 0,
        processing: 0,
        completed: 3,
        failed: 0,
        cancelled: 0,
        skipped: 2,
      });
    },
  );

  fact('a large batch is received in pieces and ends whole', { run: async () => DONE }, async (q) => {
    const { batch } = await q.submit([...questions(9_000), ...questions(10)]);
    await q.ended(batch.id);
    const { completed, skipped } = await counts(q, batch.id);
    assert.deepEqual([completed, skipped], [9_000, 10]);
  });

  fact(
    'an invalid row rejects all, naming the row; or is left out when that is asked for',
    { run: async () => DONE },
    async (q) => {
      const entries = [...questions(3_000), '', 'x'];
      await assert.rejects(q.submit(entries), (error: Fault) => {
        assert.equal(error.code, 'invalid_items');
        assert.deepEqual(error.problems, [{ field: 'items[3000]', message: 'must be a question' }]);
        return true;
      });
      assert.deepEqual((await q.verbs.batches.list(q.project, {}, { limit: 9, cursor: null })).items, []);
      const submitted = await q.submit(entries, { options: { onInvalid: 'skip' } });
      assert.equal(submitted.invalid, 1);
      await q.ended(submitted.batch.id);
    },
  );

  fact(
    'an unknown workload, an empty submission and a bad option are refused',
    { run: async () => DONE },
    async (q) => {
      await assert.rejects(q.submit(['a'], { workload: 'nope' }), { code: 'unknown_workload' });
      await assert.rejects(q.submit([]), { code: 'empty_submission' });
      await assert.rejects(q.submit(['a'], { options: { onInvalid: 'maybe' } }), { code: 'invalid_options' });
    },
  );

  let tries = 0;
  fact(
    'an attempt that fails is made again after a wait; the third makes a dead letter',
    {
      run: async ({ question }) => {
        tries += 1;
        if (question === 'cures' && tries > 2) return DONE;
        throw new Fault('unavailable', 'model_down', 'The model is down.');
      },
    },
    async (q) => {
      const { batch } = await q.submit(['never'], { maxAttempts: 3 });
      await q.ended(batch.id);
      assert.equal(tries, 3);
      const [group] = await q.verbs.items.deadLetters(q.project);
      assert.deepEqual([group?.code, group?.count], ['model_down', 1]);
      const { items } = await q.verbs.items.list(q.project, { status: 'failed' }, { limit: 9, cursor: null });
      const detail = await q.verbs.items.get(q.project, items[0]?.id as number);
      assert.equal(detail.item.attempts.length, 3);
    },
  );

  let incurable = 0;
  fact(
    'an error that no retry cures fails at once',
    {
      run: async () => {
        incurable += 1;
        throw new Fault('unsupported', 'bad_input', 'It cannot be read.');
      },
    },
    async (q) => {
      const { batch } = await q.submit(['x']);
      await q.ended(batch.id);
      assert.equal(incurable, 1);
      assert.equal((await counts(q, batch.id)).failed, 1);
    },
  );

  fact(
    'a result that cannot be stored fails its own item and no other',
    {
      run: async ({ question }) =>
        question === 'bad' ? { kind: 'completed', result: { f: 1n as never }, effects: [] } : DONE,
    },
    async (q) => {
      const { batch } = await q.submit(['a', 'bad', 'b']);
      await q.ended(batch.id);
      const { completed, failed } = await counts(q, batch.id);
      assert.deepEqual([completed, failed], [2, 1]);
    },
  );

  const paused = gate();
  fact(
    'pause lets running items finish and starts no other; resume goes on',
    { run: paused.run, environment: { PREHEAT_CONCURRENCY: '2' } },
    async (q) => {
      const { batch } = await q.submit(questions(6));
      await until(() => paused.waiting.length === 2);
      await q.verbs.batches.pause(q.project, batch.id);
      paused.open();
      await until(async () => (await counts(q, batch.id)).completed === 2);
      assert.equal(paused.waiting.length, 0);
      assert.equal((await counts(q, batch.id)).pending, 4);
      await q.verbs.batches.resume(q.project, batch.id);
      const ended = q.ended(batch.id);
      const pump = setInterval(paused.open, 5);
      await ended;
      clearInterval(pump);
      assert.equal((await counts(q, batch.id)).completed, 6);
    },
  );

  const cancelled = gate();
  fact(
    'cancel aborts running work through its signal',
    { run: cancelled.run, environment: { PREHEAT_CONCURRENCY: '2' } },
    async (q) => {
      const { batch } = await q.submit(questions(10));
      await until(() => cancelled.waiting.length === 2);
      const view = await q.verbs.batches.cancel(q.project, batch.id);
      assert.equal(view.batch.status, 'cancelled');
      assert.equal(view.batch.counts.cancelled, 10);
      assert.deepEqual(cancelled.aborted.toSorted(), ['question 1', 'question 2']);
      await assert.rejects(q.verbs.batches.add(q.project, batch.id, { kind: 'entries', entries: ['x'] }), {
        code: 'batch_closed',
      });
      await assert.rejects(q.verbs.batches.pause(q.project, batch.id), {
        code: 'cannot_pause',
        message: /is cancelled.*Retry, with statuses "cancelled" or "failed", opens it again/,
      });
      const revived = await q.verbs.batches.retry(q.project, batch.id, ['cancelled']);
      assert.equal(revived.batch.round, 1);
      const pump = setInterval(cancelled.open, 5);
      await q.ended(batch.id);
      clearInterval(pump);
      assert.equal((await counts(q, batch.id)).completed, 10);
    },
  );

  const growing = gate();
  fact(
    'a running batch takes more; what it already holds is skipped, also between adds at once',
    { run: growing.run },
    async (q) => {
      const { batch } = await q.submit(['a', 'b']);
      const add = (entries: string[]) =>
        q.verbs.batches.add(q.project, batch.id, { kind: 'entries', entries });
      await assert.rejects(add(['x', '']), { code: 'invalid_items' });
      const some = await q.verbs.batches.add(q.project, batch.id, {
        kind: 'entries',
        entries: ['', 'a'],
        onInvalid: 'skip',
      });
      assert.deepEqual([some.added, some.duplicates, some.invalid], [0, 1, 1]);
      assert.deepEqual(some.problems, [{ field: 'items[0]', message: 'must be a question' }]);
      const [one, two] = await Promise.all([add(['B', 'c']), add(['c', 'd', 'a'])]);
      assert.deepEqual([one.added + two.added, one.duplicates + two.duplicates], [2, 3]);
      const pump = setInterval(growing.open, 5);
      await q.ended(batch.id);
      clearInterval(pump);
      const { completed, skipped } = await counts(q, batch.id);
      assert.deepEqual([completed, skipped], [4, 4]);
    },
  );

  const deleted = gate();
  fact(
    'a deleted batch is gone for everybody but its watchers, who learn of the end',
    { run: deleted.run },
    async (q) => {
      const { batch } = await q.submit(questions(3));
      await until(() => deleted.waiting.length === 3);
      const seen: string[] = [];
      const watching = (async () => {
        for await (const view of q.verbs.batches.watch(q.project, batch.id, AbortSignal.timeout(120_000)))
          seen.push(view.batch.status);
      })();
      await until(() => seen.length > 0);
      await q.verbs.batches.delete(q.project, batch.id);
      await assert.rejects(q.verbs.batches.get(q.project, batch.id), { code: 'not_found' });
      await watching;
      assert.match(seen.at(-1) as string, /^delet/);
      await until(() => deleted.aborted.length === 3);
      const late: string[] = [];
      for await (const view of q.verbs.batches.watch(q.project, batch.id, AbortSignal.timeout(120_000)))
        late.push(view.batch.status);
      assert.equal(late.length, 1);
    },
  );

  fact(
    'an item that runs too long is aborted and counts as a failed attempt',
    {
      run: () => new Promise(() => undefined),
      environment: { PREHEAT_ITEM_TIMEOUT_SECONDS: '1' },
    },
    async (q) => {
      const { batch } = await q.submit(['x'], { maxAttempts: 1 });
      await q.ended(batch.id);
      const { items } = await q.verbs.items.list(
        q.project,
        { batchId: batch.id },
        { limit: 1, cursor: null },
      );
      assert.equal(items[0]?.error?.code, 'timed_out');
    },
  );

  const one = gate();
  fact('one item is deleted while it runs, and its batch ends without it', { run: one.run }, async (q) => {
    const { batch } = await q.submit(['a']);
    await until(() => one.waiting.length === 1);
    const { items } = await q.verbs.items.list(q.project, { batchId: batch.id }, { limit: 1, cursor: null });
    await q.verbs.items.delete(q.project, items[0]?.id as number);
    await q.ended(batch.id);
    await until(() => one.aborted.length > 0);
    assert.deepEqual(one.aborted, ['a']);
    await assert.rejects(q.verbs.items.get(q.project, items[0]?.id as number), { code: 'not_found' });
  });

  fact(
    'an operation acts on all that matches and keeps score',
    {
      run: async ({ question }) => {
        if (question.startsWith('bad') && !healed) throw new Fault('refused', 'no', 'No.');
        return DONE;
      },
    },
    async (q) => {
      const { batch } = await q.submit([...questions(300, 'bad'), ...questions(5)]);
      await q.ended(batch.id);
      healed = true;
      const { id } = await q.verbs.operations.start(
        q.project,
        { on: 'items', verb: 'retry' },
        { itemStatus: 'failed', errorCode: 'no' },
      );
      await until(async () => (await q.verbs.operations.get(q.project, id)).status === 'completed');
      const operation = await q.verbs.operations.get(q.project, id);
      assert.deepEqual([operation.matched, operation.changed, operation.refused], [300, 300, 0]);
      await until(async () => (await counts(q, batch.id)).completed === 305);
    },
  );
  let healed = false;

  const urgent = gate();
  fact(
    'a raised priority takes effect on what has not started',
    { run: urgent.run, environment: { PREHEAT_CONCURRENCY: '1' } },
    async (q) => {
      const first = await q.submit(questions(3, 'slow'));
      await until(() => urgent.waiting.length === 1);
      const second = await q.submit(questions(1, 'urgent'));
      await q.verbs.batches.change(q.project, second.batch.id, { priority: 9 });
      urgent.open();
      await until(() => urgent.waiting.length === 1);
      assert.equal((await counts(q, second.batch.id)).processing, 1);
      const pump = setInterval(urgent.open, 5);
      await q.ended(first.batch.id);
      clearInterval(pump);
    },
  );

  test(
    'what was claimed and not run goes back when the process stops; nothing is lost',
    { timeout: 240_000 },
    async () => {
      const held = gate();
      const q = await openTestQueue({ on, run: held.run, environment: { PREHEAT_CONCURRENCY: '2' } });
      const { batch } = await q.submit(questions(5));
      await until(() => held.waiting.length === 2);
      const closing = q.close();
      const pump = setInterval(held.open, 5);
      await closing;
      clearInterval(pump);
      assert.equal(held.aborted.length, 0, 'running items were let finish');
      assert.ok(batch.id > 0);
    },
  );
}
