import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { BatchStatus } from '#domain/batch.ts';
import { totalOf } from '#domain/item.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, completed, draft, failed, NOW, rows, submit } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { Store } from './store.ts';

/** What every store must do with batches. */
export function batchesContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);
  const statusOf = async ({ store, projectId }: TestStore, id: number): Promise<BatchStatus | undefined> =>
    (await store.batches.find(projectId, id))?.status;
  const page = { limit: 100, cursor: null };

  describe(`${name} keeps the contract of holds`, () => {
    const hold = (until: number) => ({ until, error: { code: 'model_resting', message: 'It is down.' } });

    fact(
      'a batch that is held up gives nothing before its time; others do, and an earlier end is none',
      async (t) => {
        const held = await submit(t, 2);
        assert.equal(await t.store.batches.hold(held.id, hold(NOW + 100), NOW), true);
        assert.equal(await t.store.batches.hold(held.id, hold(NOW + 50), NOW), false);
        const found = await t.store.batches.find(t.projectId, held.id);
        assert.deepEqual(found?.hold, hold(NOW + 100));
        assert.ok((found?.version ?? 0) > held.version);
        const other = await submit(t, 1);
        const request = { workerId: t.workerId, limit: 10, now: NOW + 99 };
        const before = await t.store.items.claim(request);
        assert.deepEqual(
          before.items.map(({ batchId }) => batchId),
          [other.id],
        );
        assert.equal(before.nextDueAt, NOW + 100);
        const [item] = (await t.store.items.list(t.projectId, { batchId: held.id }, page)).items;
        const waiting = await t.store.items.waiting(item as NonNullable<typeof item>, NOW + 99);
        assert.deepEqual([waiting.why, waiting.untilMs], ['held', NOW + 100]);
        assert.equal((await t.store.items.claim({ ...request, now: NOW + 100 })).items.length, 2);
      },
    );

    fact('a resume and a change let a batch go at once', async (t) => {
      for (const steering of [{ to: 'resume' }, { to: 'change', changes: { priority: 1 } }] as const) {
        const batch = await submit(t, 1);
        await t.store.batches.hold(batch.id, hold(NOW + 100), NOW);
        const steered = await t.store.batches.steer(t.projectId, batch.id, steering, NOW);
        assert.equal(steered.kind, 'moved');
        assert.equal((await t.store.batches.find(t.projectId, batch.id))?.hold, null);
        assert.equal((await claim(t, 5, NOW)).length, 1);
      }
    });

    fact('what is held up is not offered, and not taken when it was', async (t) => {
      const batch = await submit(t, 1);
      const offer = { limit: 5, offered: [], now: NOW };
      const { itemIds } = await t.store.offers.next(offer);
      assert.equal(itemIds.length, 1);
      await t.store.batches.hold(batch.id, hold(NOW + 100), NOW);
      assert.deepEqual((await t.store.offers.next(offer)).itemIds, []);
      const request = { workerId: t.workerId, itemIds, now: NOW };
      assert.deepEqual(await t.store.offers.claim(request), []);
      assert.equal((await t.store.offers.claim({ ...request, now: NOW + 100 })).length, 1);
    });
  });

  describe(`${name} keeps the contract of intake`, () => {
    fact('a half-received batch is seen by nobody, and discarding it leaves nothing', async (t) => {
      const id = await t.store.intake.receive(draft(t.projectId), NOW);
      await t.store.intake.append(id, rows(5), NOW);
      assert.equal(await t.store.batches.find(t.projectId, id), null);
      assert.deepEqual((await t.store.batches.list(t.projectId, {}, page)).items, []);
      await t.store.intake.discard({ untouchedSince: NOW }, NOW);
      assert.deepEqual(await t.store.batches.unfinished(0), [], 'a piece came just now');
      await t.store.intake.discard({ untouchedSince: NOW + 1 }, NOW);
      assert.deepEqual(await t.store.batches.unfinished(0), [id]);
      while (!(await t.store.batches.advance(id, 2, NOW)));
      assert.deepEqual(await t.store.intake.payloads(id, 0, 10), []);
      assert.deepEqual(await t.store.batches.unfinished(0), []);
    });

    fact('a sealed batch is there whole, and takes no more pieces', async (t) => {
      const id = await t.store.intake.receive(draft(t.projectId), NOW);
      await t.store.intake.append(id, rows(3), NOW);
      await t.store.intake.append(id, rows(2), NOW);
      const batch = await t.store.intake.seal(id, null, NOW);
      assert.equal(batch.status, 'processing');
      assert.equal(batch.counts.pending, 5);
      await assert.rejects(() => t.store.intake.append(id, rows(1), NOW), { code: 'not_receiving' });
      await assert.rejects(() => t.store.intake.seal(id, null, NOW), { code: 'not_receiving' });
    });

    fact('a duplicate is a skipped row that names the first', async (t) => {
      const duplicate = { payload: { question: 'same' }, skip: { reason: 'duplicate', duplicateOfSeq: 1 } };
      const batch = await t.store.intake.submit(draft(t.projectId), [...rows(1), duplicate], null, NOW);
      assert.equal(batch.counts.skipped, 1);
      const { items } = await t.store.items.list(t.projectId, { batchId: batch.id }, page);
      assert.equal(items[1]?.reason, 'duplicate');
      assert.deepEqual(items[1]?.result, { duplicateOf: items[0]?.id });
    });

    fact(
      'an open batch takes more, also while paused; a closed one refuses and nothing is added',
      async (t) => {
        const batch = await submit(t, 1);
        assert.equal((await t.store.intake.add(t.projectId, batch.id, rows(2), NOW)).kind, 'moved');
        await t.store.batches.steer(t.projectId, batch.id, { to: 'pause' }, NOW);
        assert.equal((await t.store.intake.add(t.projectId, batch.id, rows(2), NOW)).kind, 'moved');
        await t.store.batches.steer(t.projectId, batch.id, { to: 'cancel' }, NOW);
        assert.deepEqual(await t.store.intake.add(t.projectId, batch.id, rows(2), NOW), {
          kind: 'refused',
          status: 'cancelled',
        });
        assert.equal((await t.store.intake.payloads(batch.id, 0, 100)).length, 5);
        assert.deepEqual(await t.store.intake.add(t.projectId, 999, rows(1), NOW), { kind: 'missing' });
      },
    );

    fact('an idempotency key commits with the batch it created', async (t) => {
      const key = { projectId: t.projectId, operation: 'submit', key: 'k1' };
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), { kind: 'fresh' });
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), { kind: 'in_progress' });
      const batch = await t.store.intake.submit(draft(t.projectId), rows(1), key, NOW);
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), {
        kind: 'created',
        batchId: batch.id,
      });
      await t.store.workers.reap(NOW, true);
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), {
        kind: 'created',
        batchId: batch.id,
      });
      const response = { status: 201, location: '/x', body: '{}' };
      await t.store.idempotency.finish(key, 'hash', response, NOW);
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), {
        kind: 'done',
        bodyHash: 'hash',
        response,
      });
      await t.store.idempotency.sweep(NOW + 1);
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), { kind: 'fresh' });
    });

    fact('a key whose work was refused, or died, is free again', async (t) => {
      const key = { projectId: t.projectId, operation: 'submit', key: 'k1' };
      await t.store.idempotency.begin(key, t.workerId, NOW);
      await t.store.idempotency.abandon(key);
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), { kind: 'fresh' });
      const other = await t.store.workers.register({ host: 'h', pid: 2, version: '0', role: 'worker' }, NOW);
      assert.deepEqual(await t.store.idempotency.begin(key, other, NOW), { kind: 'in_progress' });
      await t.store.workers.leave(t.workerId, NOW);
      assert.deepEqual(await t.store.idempotency.begin(key, other, NOW), { kind: 'fresh' });
      assert.deepEqual(await t.store.idempotency.begin(key, other, NOW), { kind: 'in_progress' });
    });
  });

  describe(`${name} keeps the contract of steering`, () => {
    fact('pause, resume and their repetition', async (t) => {
      const { id } = await submit(t, 1);
      const steer = async (to: 'pause' | 'resume') =>
        (await t.store.batches.steer(t.projectId, id, { to }, NOW)).kind;
      assert.equal(await steer('resume'), 'already');
      assert.equal(await steer('pause'), 'moved');
      assert.equal(await steer('pause'), 'already');
      assert.equal(await steer('resume'), 'moved');
      assert.equal(await statusOf(t, id), 'processing');
    });

    fact('of a pause and a cancel at once both are told the truth, and cancel stands', async (t) => {
      const { id } = await submit(t, 3);
      const [pause, cancel] = await Promise.all([
        t.store.batches.steer(t.projectId, id, { to: 'pause' }, NOW),
        t.store.batches.steer(t.projectId, id, { to: 'cancel' }, NOW),
      ]);
      // Whichever came first; of two processes that is not settled before.
      if (pause.kind !== 'moved') assert.deepEqual(pause, { kind: 'refused', status: 'cancelled' });
      assert.equal(cancel.kind, 'moved');
      assert.equal(await statusOf(t, id), 'cancelled');
      const after = await t.store.batches.steer(t.projectId, id, { to: 'pause' }, NOW);
      assert.deepEqual(after, { kind: 'refused', status: 'cancelled' });
    });

    fact('cancel takes running items at once and waiting ones in steps', async (t) => {
      const { id } = await submit(t, 10);
      const running = await claim(t, 2);
      const steered = await t.store.batches.steer(t.projectId, id, { to: 'cancel' }, NOW);
      assert.equal(steered.kind === 'moved' && steered.batch.counts.cancelled, 2);
      assert.equal(await t.store.batches.advance(id, 5, NOW), false);
      assert.equal(await t.store.batches.advance(id, 5, NOW), true);
      assert.equal((await t.store.items.settle([completed(running[0] as never)], NOW)).late.length, 1);
      const batch = await t.store.batches.find(t.projectId, id);
      assert.equal(batch?.counts.cancelled, 10);
      assert.equal(batch?.unfinished, null);
      assert.equal(batch?.endedAt, NOW);
    });

    fact('retry revives failed items only, with a fresh count, and re-opens the batch', async (t) => {
      const { id } = await submit(t, 3);
      const items = (await claim(t, 3)) as [never, never, never];
      await t.store.items.settle([failed(items[0]), failed(items[1]), completed(items[2])], NOW);
      assert.deepEqual(await t.store.batches.end([id], NOW), [id]);
      const steered = await t.store.batches.steer(
        t.projectId,
        id,
        { to: 'retry', statuses: ['failed'] },
        NOW + 1,
      );
      assert.equal(steered.kind === 'moved' && steered.batch.round, 1);
      assert.deepEqual(
        await t.store.batches.end([id], NOW + 1),
        [],
        'a batch whose retry is unfinished has not ended',
      );
      while (!(await t.store.batches.advance(id, 1, NOW + 1)));
      const batch = await t.store.batches.find(t.projectId, id);
      assert.deepEqual([batch?.status, batch?.counts.pending, batch?.counts.completed], ['processing', 2, 1]);
      assert.equal((await claim(t, 5, NOW + 2))[0]?.failures, 0);
    });

    fact('a deleted batch is gone at once, in steps, and its version never falls', async (t) => {
      const { id } = await submit(t, 5);
      await claim(t, 1);
      const before = (await t.store.batches.find(t.projectId, id))?.version as number;
      await t.store.batches.steer(t.projectId, id, { to: 'delete' }, NOW);
      assert.equal(await t.store.batches.find(t.projectId, id), null);
      assert.equal((await t.store.intake.add(t.projectId, id, rows(1), NOW)).kind, 'refused');
      while (!(await t.store.batches.advance(id, 2, NOW)));
      const [tombstone] = await t.store.batches.snapshots([id]);
      assert.equal(tombstone?.status, 'deleted');
      assert.ok((tombstone?.version as number) > before);
      await t.store.batches.unfinished(NOW + 1);
      assert.deepEqual(await t.store.batches.snapshots([id]), []);
    });

    fact('a batch that ended before a time is found, and goes only while that holds', async (t) => {
      const { batches } = t.store;
      const { id } = await submit(t, 2);
      await submit(t, 1);
      const due = (time: number) => batches.endedBefore(time, 5);
      const drop = (endedBefore: number) =>
        batches.steer(t.projectId, id, { to: 'delete', endedBefore }, NOW + 9);
      assert.deepEqual([await due(NOW + 9), (await drop(NOW + 9)).kind], [[], 'refused']);
      await batches.steer(t.projectId, id, { to: 'cancel' }, NOW);
      while (!(await batches.advance(id, 10, NOW)));
      await batches.end([id], NOW);
      assert.deepEqual([await due(NOW), await due(NOW + 1)], [[], [{ id, projectId: t.projectId }]]);
      assert.equal((await drop(NOW)).kind, 'refused');
      await batches.steer(t.projectId, id, { to: 'retry', statuses: ['cancelled'] }, NOW + 2);
      assert.deepEqual([await due(NOW + 9), (await drop(NOW + 9)).kind], [[], 'refused']);
      while (!(await batches.advance(id, 10, NOW + 2)));
      await batches.steer(t.projectId, id, { to: 'cancel' }, NOW + 3);
      while (!(await batches.advance(id, 10, NOW + 3)));
      await batches.end([id], NOW + 3);
      assert.equal((await drop(NOW + 4)).kind, 'moved');
      assert.deepEqual(await due(NOW + 9), []);
    });

    fact('another project sees nothing of a batch, and moves nothing', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      const { id } = await submit(t, 1);
      assert.equal(await t.store.batches.find(other.id, id), null);
      assert.deepEqual(await t.store.batches.steer(other.id, id, { to: 'cancel' }, NOW), { kind: 'missing' });
      assert.deepEqual((await t.store.batches.list(other.id, {}, page)).items, []);
    });

    fact('every change raises the version', async (t) => {
      const { id } = await submit(t, 2);
      let last = 0;
      const risen = async (what: string): Promise<void> => {
        const { version } = (await t.store.batches.find(t.projectId, id)) as { version: number };
        assert.ok(version > last, `${what}: ${version} after ${last}`);
        last = version;
      };
      await risen('submit');
      const [item] = (await claim(t, 1)) as [never];
      await risen('claim');
      await t.store.items.settle([completed(item)], NOW);
      await risen('settle');
      await t.store.batches.steer(
        t.projectId,
        id,
        { to: 'change', changes: { name: 'n', priority: 3 } },
        NOW,
      );
      await risen('change');
      await t.store.batches.steer(t.projectId, id, { to: 'pause' }, NOW);
      await risen('pause');
    });
  });

  describe(`${name} keeps the contract of ends and counts`, () => {
    fact('a batch ends once, when no item is open', async (t) => {
      const { id } = await submit(t, 2);
      const items = (await claim(t, 2)) as [never, never];
      await t.store.items.settle([completed(items[0])], NOW);
      assert.deepEqual(await t.store.batches.end([id], NOW), []);
      await t.store.items.settle([failed(items[1])], NOW);
      const ends = await Promise.all(Array.from({ length: 5 }, () => t.store.batches.end([id], NOW)));
      assert.equal(ends.flat().length, 1);
      assert.equal(await statusOf(t, id), 'completed');
    });

    fact('a paused batch whose last running item ends has ended', async (t) => {
      const { id } = await submit(t, 1);
      const [item] = (await claim(t, 1)) as [never];
      await t.store.batches.steer(t.projectId, id, { to: 'pause' }, NOW);
      await t.store.items.settle([completed(item)], NOW);
      assert.deepEqual(await t.store.batches.end(null, NOW), [id]);
    });

    fact('what is being removed is not recounted: its rows go before its counts', async (t) => {
      const { id } = await submit(t, 5);
      await t.store.batches.steer(t.projectId, id, { to: 'delete' }, NOW);
      assert.equal(await t.store.batches.advance(id, 2, NOW), false);
      assert.equal(await t.store.batches.recount(id), null);
    });

    fact('counts are what a recount finds', async (t) => {
      const { id } = await submit(t, 6);
      const items = (await claim(t, 4)) as [never, never, never, never];
      await t.store.items.settle([completed(items[0]), failed(items[1])], NOW);
      await t.store.items.steer(t.projectId, (items[1] as { id: number }).id, 'delete', NOW);
      const recount = await t.store.batches.recount(id);
      assert.deepEqual(recount?.counted, recount?.kept);
      assert.equal(totalOf(recount?.kept as never), 5);
    });

    fact('a cursor that no page gave is refused', async (t) => {
      for (const cursor of ['x', '-1', '1.5', '', '9'.repeat(20)])
        await assert.rejects(t.store.batches.list(t.projectId, {}, { limit: 1, cursor }), {
          code: 'bad_cursor',
        });
    });

    fact('batches are listed newest first, page by page, and filtered', async (t) => {
      const ids: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const changes = { name: `list ${i}`, metadata: { team: i % 2 === 0 ? 'a' : 'b', size: i } };
        ids.push((await submit(t, 1, changes)).id);
      }
      const first = await t.store.batches.list(t.projectId, {}, { limit: 2, cursor: null });
      assert.deepEqual(
        first.items.map((batch) => batch.id),
        [ids[4], ids[3]],
      );
      const second = await t.store.batches.list(t.projectId, {}, { limit: 9, cursor: first.next });
      assert.deepEqual(
        second.items.map((batch) => batch.id),
        [ids[2], ids[1], ids[0]],
      );
      assert.equal(second.next, null);
      const of = async (filter: Parameters<Store['batches']['list']>[1]): Promise<number> =>
        (await t.store.batches.list(t.projectId, filter, page)).items.length;
      assert.equal(await of({ metadata: { team: 'a' } }), 3);
      assert.equal(await of({ metadata: { team: 'a', size: '2' } }), 1);
      assert.equal(await of({ text: 'LIST 3' }), 1);
      assert.equal(await of({ source: 'upload' }), 0);
      await submit(t, 1, { source: { kind: 'ask', detail: null }, requestId: 'req-1' });
      const { requestId } = await submit(t, 1, { requestId: 'req-1', workload: 'other' });
      assert.deepEqual(
        [requestId, await of({ requestId: 'req-1' }), await of({ requestId: 'req-2' }), await of({})],
        ['req-1', 2, 0, 6],
      );
      assert.equal(await of({ workload: 'noop', status: 'processing' }), 5);
    });

    fact('operations keep their progress and end', async (t) => {
      const action = { on: 'items', verb: 'retry' } as const;
      const what = { action, filter: { itemStatus: 'failed' } } as const;
      const { id } = await t.store.operations.open(t.projectId, what, t.workerId, NOW);
      const step = { matched: 2, changed: 1, refused: 1, note: 'no', cursor: '7', changes: [] };
      assert.equal(await t.store.operations.advance(id, t.workerId, step, NOW), true);
      assert.deepEqual(await t.store.operations.adopt(t.workerId), [], 'its process is at it');
      const other = await t.store.workers.register({ host: 'h', pid: 2, version: '0', role: 'worker' }, NOW);
      await t.store.workers.leave(t.workerId, NOW);
      assert.deepEqual(
        (await t.store.operations.adopt(other)).map((open) => [open.operation.id, open.cursor]),
        [[id, '7']],
      );
      const last = { ...step, note: null, cursor: null };
      assert.equal(await t.store.operations.advance(id, t.workerId, last, NOW), false, 'it was taken over');
      assert.equal(await t.store.operations.advance(id, other, last, NOW), true);
      const operation = await t.store.operations.find(t.projectId, id);
      assert.deepEqual([operation?.status, operation?.matched, operation?.note], ['completed', 4, 'no']);
      assert.equal(await t.store.operations.find(t.projectId + 1, id), null);
      assert.equal(operation?.canUndo, false, 'it changed nothing that can be taken back');
    });

    fact('an operation is taken back once, when it has ended', async (t) => {
      const { operations } = t.store;
      const { id } = await operations.open(
        t.projectId,
        { action: { on: 'batches', verb: 'pause' }, filter: {} },
        t.workerId,
        NOW,
      );
      const step = { matched: 1, changed: 1, refused: 0, note: null };
      const resume = { on: 'batches', verb: 'resume' } as const;
      const find = async () => (await operations.find(t.projectId, id)) ?? assert.fail();
      const was = 'processing';
      await operations.advance(id, t.workerId, { ...step, cursor: '7', changes: [{ batchId: 8, was }] }, NOW);
      assert.equal((await find()).canUndo, false);
      assert.equal(await operations.openUndo(await find(), resume, t.workerId, NOW), null);
      await operations.advance(
        id,
        t.workerId,
        { ...step, cursor: null, changes: [{ batchId: 9, was }] },
        NOW,
      );
      assert.equal((await find()).canUndo, true);
      assert.equal(
        await operations.openUndo({ ...(await find()), projectId: 0 }, resume, t.workerId, NOW),
        null,
      );
      const opened = await Promise.all(
        [1, 2].map(async () => operations.openUndo(await find(), resume, t.workerId, NOW)),
      );
      const [undo, ...others] = opened.filter((one) => one !== null);
      assert.deepEqual([undo?.undoes, undo?.action, undo?.status, others], [id, resume, 'processing', []]);
      assert.equal((await find()).canUndo, false);
      assert.deepEqual(await operations.changes(id, 0, 1), [{ batchId: 8, was }]);
      assert.deepEqual(await operations.changes(id, 8, 5), [{ batchId: 9, was }]);
    });
  });
}
