import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ITEM_MOVES, ITEM_STATUSES } from '#domain/item.ts';
import type { ItemStatus } from '#domain/item.ts';
import { MAX_LOSSES } from '#domain/backoff.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, completed, draft, failed, NOW, retried, rows, submit } from './samples.ts';
import type { TestStore } from './samples.ts';

const TRACE_PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What every store must do with items. */
export function itemsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);
  const statusOf = async ({ store, projectId }: TestStore, id: number): Promise<ItemStatus | undefined> =>
    (await store.items.find(projectId, id))?.status;

  describe(`${name} keeps the contract of claims`, () => {
    fact('an item is claimed once, however many ask', async (t) => {
      await submit(t, 10);
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim(t, 1)));
      const ids = claims.flat().map((item) => item.id);
      assert.equal(ids.length, 10);
      assert.equal(new Set(ids).size, 10);
    });

    fact('items come in the order of submission', async (t) => {
      const batch = await submit(t, 5);
      const ids = (await claim(t, 3)).map((item) => item.id);
      const all = await t.store.items.list(t.projectId, { batchId: batch.id }, { limit: 10, cursor: null });
      assert.deepEqual(
        ids,
        all.items.slice(0, 3).map((item) => item.id),
      );
    });

    fact('a claim carries what a run needs', async (t) => {
      const batch = await submit(t, 1, {
        maxAttempts: 7,
        keyId: 5,
        requestId: 'req-5',
        traceParent: TRACE_PARENT,
        options: { refresh: true },
      });
      const [item] = await claim(t, 1);
      assert.deepEqual(item, {
        id: item?.id,
        batchId: batch.id,
        projectId: t.projectId,
        workload: 'noop',
        generation: 1,
        failures: 0,
        payload: { question: 'question 1' },
        maxAttempts: 7,
        keyId: 5,
        requestId: 'req-5',
        traceParent: TRACE_PARENT,
        options: { refresh: true },
      });
    });

    fact(
      'a project takes on no more than it may, over all its batches, and leaves the room to others',
      async (t) => {
        const { settings, version } = await t.store.projects.settings(t.projectId);
        const caps = { pending: null, concurrency: 3, cachedBytes: null, documents: null };
        await t.store.projects.saveSettings(t.projectId, { settings: { ...settings, caps }, version });
        const other = await t.store.projects.ensure('other', NOW);
        await submit(t, 4);
        await submit(t, 4);
        await t.store.intake.submit(draft(other.id), rows(4), null, NOW);
        const first = await claim(t, 100);
        const own = first.filter((item) => item.projectId === t.projectId);
        assert.deepEqual([own.length, first.length], [3, 7]);
        assert.deepEqual(await claim(t, 100), []);
        const { itemIds } = await t.store.offers.next({ limit: 100, offered: [], now: NOW });
        assert.deepEqual(itemIds, []);
        await t.store.items.settle(own.slice(0, 2).map(completed), NOW);
        assert.equal((await claim(t, 100)).length, 2);
      },
    );

    fact('what still runs of a paused batch counts against what its project may run', async (t) => {
      const { settings, version } = await t.store.projects.settings(t.projectId);
      const caps = { pending: null, concurrency: 3, cachedBytes: null, documents: null };
      await t.store.projects.saveSettings(t.projectId, { settings: { ...settings, caps }, version });
      const { id } = await submit(t, 2);
      assert.equal((await claim(t, 100)).length, 2);
      await t.store.batches.steer(t.projectId, id, { to: 'pause' }, NOW);
      await submit(t, 4);
      assert.equal((await claim(t, 100)).length, 1);
    });

    fact('a batch of higher priority goes first, then the older one', async (t) => {
      const older = await submit(t, 1);
      const newer = await submit(t, 1);
      const urgent = await submit(t, 1, { priority: 5 });
      const order = (await claim(t, 3)).map((item) => item.batchId);
      assert.deepEqual(order, [urgent.id, older.id, newer.id]);
    });

    fact('room is shared among projects, however much one of them queued', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      await submit(t, 100);
      const small = await t.store.intake.submit(draft(other.id), rows(5), null, NOW);
      const first = await claim(t, 10);
      assert.equal(first.filter((item) => item.batchId === small.id).length, 5);
    });

    fact('what is in flight counts against a project', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      await submit(t, 100);
      await claim(t, 8);
      await t.store.intake.submit(draft(other.id), rows(50), null, NOW);
      const next = await claim(t, 8);
      assert.ok(next.every((item) => item.projectId === other.id));
    });

    fact('a batch runs no more at once than its concurrency', async (t) => {
      await submit(t, 10, { concurrency: 3 });
      const first = await claim(t, 10);
      assert.equal(first.length, 3);
      assert.equal((await claim(t, 10)).length, 0);
      await t.store.items.settle([completed(first[0] as never)], NOW);
      assert.equal((await claim(t, 10)).length, 1);
    });

    fact('what is due behind a limit gives no time to look again: whoever makes room says so', async (t) => {
      await submit(t, 3, { concurrency: 1 });
      const [item] = (await claim(t, 1)) as [never];
      await t.store.items.settle([retried(item, NOW + 10)], NOW);
      await claim(t, 1);
      const next = await t.store.items.claim({ workerId: t.workerId, limit: 10, now: NOW + 20 });
      assert.deepEqual(next, { items: [], nextDueAt: null });
    });

    fact('a paced batch gives one item at a time, and tells when the next is due', async (t) => {
      await submit(t, 3, { paceMs: 500 });
      const request = { workerId: t.workerId, limit: 10 };
      const first = await t.store.items.claim({ ...request, now: NOW });
      assert.equal(first.items.length, 1);
      assert.equal(first.nextDueAt, NOW + 500);
      assert.equal((await t.store.items.claim({ ...request, now: NOW + 499 })).items.length, 0);
      assert.equal((await t.store.items.claim({ ...request, now: NOW + 500 })).items.length, 1);
      await t.store.items.settle([retried(first.items[0] as never, NOW + 510)], NOW + 500);
      const late = await t.store.items.claim({ ...request, now: NOW + 600 });
      assert.deepEqual(late, { items: [], nextDueAt: NOW + 1_000 });
    });

    fact('nothing of a batch that is paused, or still received, is claimed', async (t) => {
      const paused = await submit(t, 2);
      await t.store.batches.steer(t.projectId, paused.id, { to: 'pause' }, NOW);
      const received = await t.store.intake.receive(draft(t.projectId), NOW);
      await t.store.intake.append(received, rows(2), NOW);
      assert.equal((await claim(t, 10)).length, 0);
    });
  });

  describe(`${name} keeps the contract of settles`, () => {
    fact('each ending is recorded with its counts', async (t) => {
      const batch = await submit(t, 4);
      const [a, b, c, d] = (await claim(t, 4)) as [never, never, never, never];
      const skipped = {
        itemId: (d as { id: number }).id,
        generation: 1,
        outcome: { kind: 'skipped', reason: 'already_warm', result: null },
      } as const;
      const result = await t.store.items.settle(
        [completed(a), failed(b), retried(c, NOW + 1_000), skipped],
        NOW,
      );
      assert.deepEqual(result, { batchIds: [batch.id], late: [] });
      const counts = (await t.store.batches.find(t.projectId, batch.id))?.counts;
      assert.deepEqual(counts, {
        pending: 1,
        processing: 0,
        completed: 1,
        failed: 1,
        cancelled: 0,
        skipped: 1,
      });
    });

    fact('a late worker changes nothing', async (t) => {
      const batch = await submit(t, 1);
      const [mine] = (await claim(t, 1)) as [never];
      await t.store.workers.reap(NOW + 60_000, false);
      const again = await t.store.workers.register(
        { host: 'h', pid: 2, version: '0', role: 'server' },
        NOW + 60_000,
      );
      const taken = (await t.store.items.claim({ workerId: again, limit: 1, now: NOW + 60_000 }))
        .items[0] as never;
      const late = await t.store.items.settle([failed(mine)], NOW + 60_001);
      assert.equal(late.late.length, 1);
      assert.deepEqual(late.batchIds, []);
      await t.store.items.settle([completed(taken)], NOW + 60_002);
      assert.equal((await t.store.items.settle([failed(mine)], NOW + 60_003)).late.length, 1);
      const counts = (await t.store.batches.find(t.projectId, batch.id))?.counts;
      assert.equal(counts?.completed, 1);
      assert.equal(counts?.failed, 0);
    });

    fact('a settle that is said twice counts once', async (t) => {
      const batch = await submit(t, 1);
      const [item] = (await claim(t, 1)) as [never];
      await t.store.items.settle([completed(item)], NOW);
      assert.equal((await t.store.items.settle([completed(item)], NOW)).late.length, 1);
      assert.equal((await t.store.batches.find(t.projectId, batch.id))?.counts.completed, 1);
    });

    fact('a failed attempt waits for its time, behind its peers, and leaves a trace', async (t) => {
      const batch = await submit(t, 3);
      const [first] = (await claim(t, 1)) as unknown as [{ id: number; generation: number }];
      await t.store.items.settle([retried(first, NOW + 1_000)], NOW);
      const order = (await claim(t, 3, NOW + 1_000)).map((item) => item.id);
      assert.deepEqual(order.at(-1), first.id);
      const detail = await t.store.items.find(t.projectId, first.id);
      assert.equal(detail?.priority, -1);
      assert.equal(detail?.failures, 1);
      assert.deepEqual(
        detail?.attempts.map((attempt) => attempt.error.code),
        ['busy'],
      );
      assert.equal(detail?.batchId, batch.id);
    });

    fact('a claim tells when a delayed item comes due', async (t) => {
      await submit(t, 1);
      const [item] = (await claim(t, 1)) as [never];
      await t.store.items.settle([retried(item, NOW + 5_000)], NOW);
      const next = await t.store.items.claim({ workerId: t.workerId, limit: 5, now: NOW + 1 });
      assert.deepEqual(next, { items: [], nextDueAt: NOW + 5_000 });
    });

    fact('released items are as if never taken, but for the generation', async (t) => {
      const batch = await submit(t, 2);
      const items = await claim(t, 2);
      await t.store.items.release(items, NOW);
      const counts = (await t.store.batches.find(t.projectId, batch.id))?.counts;
      assert.equal(counts?.pending, 2);
      assert.equal((await t.store.items.settle([completed(items[0] as never)], NOW)).late.length, 1);
      assert.equal((await claim(t, 2))[0]?.generation, 2);
    });
  });

  describe(`${name} keeps the contract of lost leases`, () => {
    fact(
      'items of a process whose lease ran out go back; the loss is counted, not as a failure',
      async (t) => {
        await submit(t, 1);
        const [item] = await claim(t, 1);
        assert.deepEqual(await t.store.workers.reap(NOW + 30_000, false), []);
        assert.equal((await t.store.workers.reap(NOW + 30_001, false)).length, 1);
        const detail = await t.store.items.find(t.projectId, item?.id as number);
        assert.equal(detail?.status, 'pending');
        assert.equal(detail?.losses, 1);
        assert.equal(detail?.failures, 0);
      },
    );

    fact('a heartbeat keeps the lease', async (t) => {
      await submit(t, 1);
      await claim(t, 1);
      assert.equal((await t.store.workers.beat(t.workerId, NOW + 20_000))?.held.length, 1);
      assert.deepEqual(await t.store.workers.reap(NOW + 40_000, false), []);
    });

    fact('what a start takes back is what servers held, not what workers beside them do', async (t) => {
      await submit(t, 2);
      const worker = await t.store.workers.register({ host: 'h', pid: 2, version: '0', role: 'worker' }, NOW);
      const [mine] = await claim(t, 1);
      const [theirs] = (await t.store.items.claim({ workerId: worker, limit: 1, now: NOW })).items;
      assert.equal((await t.store.workers.reap(NOW, true)).length, 1);
      assert.equal(await statusOf(t, mine?.id as number), 'pending');
      assert.equal(await statusOf(t, theirs?.id as number), 'processing');
      assert.deepEqual(
        (await t.store.workers.list()).map(({ id, role }) => [id, role]),
        [[worker, 'worker']],
      );
    });

    fact('a worker hears with its beat that it is to drain', async (t) => {
      assert.equal((await t.store.workers.beat(t.workerId, NOW))?.isDraining, false);
      assert.equal(await t.store.workers.drain(t.workerId), true);
      assert.equal((await t.store.workers.beat(t.workerId, NOW))?.isDraining, true);
      assert.equal((await t.store.workers.list())[0]?.isDraining, true);
      assert.equal(await t.store.workers.drain(t.workerId + 1), false);
    });

    fact('an item that takes down process after process is poison', async (t) => {
      const batch = await submit(t, 1);
      for (let crash = 0; crash <= MAX_LOSSES; crash += 1) {
        const id = await t.store.workers.register(
          { host: 'h', pid: crash, version: '0', role: 'server' },
          NOW,
        );
        assert.equal((await t.store.items.claim({ workerId: id, limit: 1, now: NOW })).items.length, 1);
        await t.store.workers.reap(NOW, true);
      }
      const { items } = await t.store.items.list(
        t.projectId,
        { batchId: batch.id },
        { limit: 1, cursor: null },
      );
      assert.equal(items[0]?.status, 'failed');
      assert.equal(items[0]?.error?.code, 'poison');
    });

    fact('a process that signs off gives back what it holds', async (t) => {
      await submit(t, 2);
      const [item] = await claim(t, 2);
      await t.store.workers.leave(t.workerId, NOW);
      assert.equal(await statusOf(t, item?.id as number), 'pending');
      assert.deepEqual(await t.store.workers.list(), []);
    });
  });

  describe(`${name} keeps the contract of single items`, () => {
    fact('an item moves only where the table of moves allows it, whatever is asked', async (t) => {
      for (const from of ITEM_STATUSES) {
        const id = await itemIn(t, from);
        const steered = await t.store.items.steer(t.projectId, id, 'retry', NOW);
        const isAllowed =
          from !== 'processing' && (ITEM_MOVES[from] as readonly string[]).includes('pending');
        assert.equal(steered.kind, isAllowed ? 'moved' : 'refused', `retry of ${from}`);
        assert.equal(await statusOf(t, id), isAllowed ? 'pending' : from);
      }
    });

    fact('only a running item is settled, whatever the ending', async (t) => {
      for (const from of ITEM_STATUSES) {
        const id = await itemIn(t, from);
        const generation = (await t.store.items.find(t.projectId, id))?.generation as number;
        const { late } = await t.store.items.settle([completed({ id, generation })], NOW);
        assert.equal(late.length === 0, from === 'processing', `settle of ${from}`);
      }
    });

    fact('another project sees nothing of an item, and moves nothing', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      const id = await itemIn(t, 'failed');
      assert.equal(await t.store.items.find(other.id, id), null);
      assert.deepEqual(await t.store.items.steer(other.id, id, 'delete', NOW), { kind: 'missing' });
      assert.deepEqual(await t.store.items.deadLetters(other.id), []);
      assert.equal(
        (await t.store.items.list(other.id, { status: 'failed' }, { limit: 9, cursor: null })).items.length,
        0,
      );
    });

    fact('dead letters are grouped by error, most first', async (t) => {
      await submit(t, 3);
      const items = (await claim(t, 3)) as [never, never, never];
      await t.store.items.settle(
        [failed(items[0], 'rare'), failed(items[1], 'common'), failed(items[2], 'common')],
        NOW,
      );
      const groups = await t.store.items.deadLetters(t.projectId);
      assert.deepEqual(
        groups.map((group) => [group.code, group.count]),
        [
          ['common', 2],
          ['rare', 1],
        ],
      );
    });

    fact('items are found by what they carry, page by page', async (t) => {
      const batch = await t.store.intake.submit(draft(t.projectId), rows(30, '100% of_it'), null, NOW);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await t.store.items.list(
          t.projectId,
          { batchId: batch.id, text: '0% OF_IT 2' },
          { limit: 4, cursor },
        );
        seen.push(...page.items.map((item) => item.payload['question'] as string));
        cursor = page.next;
      } while (cursor !== null);
      assert.equal(seen.length, 11);
      assert.equal(new Set(seen).size, 11);
    });

    fact('a cursor of another batch or another project opens neither', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      const before = await t.store.intake.submit(draft(other.id), rows(3, 'theirs'), null, NOW);
      const batch = await submit(t, 3);
      const after = await t.store.intake.submit(draft(other.id), rows(3, 'theirs'), null, NOW);
      for (const foreign of [before.id, after.id]) {
        const there = { batchId: foreign };
        const theirs = await t.store.items.list(other.id, there, { limit: 1, cursor: null });
        const page = { limit: 10, cursor: theirs.next };
        const { items } = await t.store.items.list(t.projectId, { batchId: batch.id }, page);
        assert.deepEqual(
          new Set(items.map((item) => item.batchId)),
          new Set(foreign < batch.id ? [batch.id] : []),
        );
        const early = await t.store.items.list(
          t.projectId,
          { batchId: batch.id },
          { limit: 10, cursor: '0' },
        );
        assert.equal(early.items.length, 3);
      }
    });

    fact('a cursor that no page gave is refused', async (t) => {
      const { id } = await submit(t, 1);
      for (const cursor of ['x', '-1', '1.5', '', '9'.repeat(20)]) {
        for (const filter of [{ batchId: id }, { status: 'failed' }] as const) {
          await assert.rejects(t.store.items.list(t.projectId, filter, { limit: 1, cursor }), {
            code: 'bad_cursor',
          });
        }
      }
    });

    fact('an item says why it waits', async (t) => {
      const batch = await submit(t, 3, { concurrency: 1 });
      const [running] = (await claim(t, 1)) as unknown as [{ id: number; generation: number }];
      const last = running.id + 2;
      const why = async (now = NOW): Promise<string> => {
        const item = await t.store.items.find(t.projectId, last);
        return (await t.store.items.waiting(item as never, now)).why;
      };
      assert.equal(await why(), 'batch_limit');
      await t.store.items.settle([completed(running)], NOW);
      assert.equal(await why(), 'position');
      await t.store.batches.steer(t.projectId, batch.id, { to: 'pause' }, NOW);
      assert.equal(await why(), 'paused');
      await t.store.batches.steer(t.projectId, batch.id, { to: 'resume' }, NOW);
      assert.equal(await why(NOW + 999_999), 'no_workers');
    });
  });
}

/** An item that stands in the given status. */
async function itemIn(t: TestStore, status: ItemStatus): Promise<number> {
  const batch = await submit(t, 1);
  const { items } = await t.store.items.list(t.projectId, { batchId: batch.id }, { limit: 1, cursor: null });
  const id = items[0]?.id as number;
  if (status === 'pending') {
    await t.store.batches.steer(t.projectId, batch.id, { to: 'pause' }, NOW);
    return id;
  }
  if (status === 'cancelled') {
    await t.store.batches.steer(t.projectId, batch.id, { to: 'cancel' }, NOW);
    await t.store.batches.advance(batch.id, 10, NOW);
    return id;
  }
  // Items that an earlier round put back are taken too, and left alone.
  const item = (await claim(t, 100)).find((claimed) => claimed.id === id) as never;
  const endings = {
    completed: completed(item),
    failed: failed(item),
    skipped: { itemId: id, generation: 1, outcome: { kind: 'skipped', reason: 'x', result: null } },
  } as const;
  if (status !== 'processing') await t.store.items.settle([endings[status]], NOW);
  return id;
}
