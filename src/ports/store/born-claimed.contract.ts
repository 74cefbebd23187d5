import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Batch } from '#domain/batch.ts';
import type { ClaimedItem } from '#domain/outcome.ts';
import type { BatchDraft, NewItem } from './batches.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, completed, draft, NOW, rows, submit } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { Store } from './store.ts';

interface Along {
  readonly batch: Batch;
  readonly items: readonly ClaimedItem[];
}

/** What every store must do with a submission that claims along, whether it does so at once or leaves it to the caller. */
export function bornClaimedContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);

  describe(`${name} keeps the contract of submissions that claim along`, () => {
    fact('on an idle store the claim gives what any claim gives', async (t) => {
      const plain = await submit(t, 2, { options: { refresh: true } });
      const [first, second] = await claim(t, 2);
      await end(t, plain, [first, second] as ClaimedItem[]);
      const { batch, items } = await along(t, 2, { options: { refresh: true } });
      const shapeOf = (item: ClaimedItem, { id }: Batch): unknown => ({
        ...item,
        id: 0,
        batchId: item.batchId === id,
      });
      assert.deepEqual(
        items.map((item) => shapeOf(item, batch)),
        [first, second].map((item) => shapeOf(item as ClaimedItem, plain)),
      );
      const listed = await t.store.items.list(
        t.projectId,
        { batchId: batch.id },
        { limit: 10, cursor: null },
      );
      assert.deepEqual(
        listed.items.map(({ id, seq, status }) => [id, seq, status]),
        items.map(({ id }, at) => [id, at + 1, 'processing']),
      );
      assert.equal((await t.store.batches.find(t.projectId, batch.id))?.startedAt, NOW);
      assert.equal((await claim(t, 10)).length, 0);
      await end(t, batch, items);
    });

    fact('it does not pass what waits longer, or weighs more', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      const waiting = await t.store.intake.submit(draft(other.id), rows(1), null, NOW);
      const late = await along(t, 1, {}, 1);
      assert.deepEqual(
        late.items.map((item) => item.batchId),
        [waiting.id],
      );
      const urgent = await along(t, 1, { priority: 5 }, 1);
      assert.deepEqual(
        urgent.items.map((item) => item.batchId),
        [urgent.batch.id],
      );
    });

    fact('room, concurrency and pace hold from the first item on', async (t) => {
      for (const [changes, room, most] of [
        [{}, 2, 2],
        [{ concurrency: 1 }, 10, 1],
        [{ paceMs: 500 }, 10, 1],
      ] as const) {
        const { batch, items } = await along(t, 3, changes, room);
        assert.equal(items.length, most);
        const counts = (await t.store.batches.find(t.projectId, batch.id))?.counts;
        assert.deepEqual([counts?.pending, counts?.processing], [3 - most, most]);
        await t.store.batches.steer(t.projectId, batch.id, { to: 'delete' }, NOW);
        while (!(await t.store.batches.advance(batch.id, 100, NOW)));
      }
    });

    fact('items with priorities and keys come in their order, each key once', async (t) => {
      const [low, high, again] = rows(3) as [NewItem, NewItem, NewItem];
      const keyed = [
        { ...low, priority: -1 },
        { ...high, priority: 1, key: 'a' },
        { ...again, key: 'a' },
      ];
      const { batch, items } = await take(
        t,
        t.store.intake.submitAndClaim(draft(t.projectId), keyed, null, requestOf(t, 9)),
        9,
      );
      assert.deepEqual(
        items.map(({ payload }) => payload['question']),
        ['question 2', 'question 1'],
      );
      await end(t, batch, items);
    });

    fact('duplicates are skipped in it, and it keeps its idempotency key', async (t) => {
      const key = { projectId: t.projectId, operation: 'batches', key: 'k' };
      await t.store.idempotency.begin(key, t.workerId, NOW);
      const duplicate = { payload: {}, skip: { reason: 'duplicate', duplicateOfSeq: 1 } };
      const { batch, items } = await take(
        t,
        t.store.intake.submitAndClaim(draft(t.projectId), [...rows(1), duplicate], key, requestOf(t, 9)),
        9,
      );
      assert.equal(items.length, 1);
      assert.equal(batch.counts.skipped, 1);
      assert.deepEqual(await t.store.idempotency.begin(key, t.workerId, NOW), {
        kind: 'created',
        batchId: batch.id,
      });
      await end(t, batch, items);
    });

    fact('of items that are born claimed a worker that signs off gives all back', async (t) => {
      const { batch } = await along(t, 2, {});
      await t.store.workers.leave(t.workerId, NOW);
      assert.equal((await t.store.batches.find(t.projectId, batch.id))?.counts.pending, 2);
      const workerId = await t.store.workers.register(
        { host: 'h', pid: 2, version: '0', role: 'server' },
        NOW,
      );
      const { items } = await t.store.items.claim({ workerId, limit: 9, now: NOW });
      assert.deepEqual(
        items.map((item) => item.generation),
        [2, 2],
      );
    });

    fact('however many submit and claim at once, each item is claimed once', async (t) => {
      const submissions = Array.from({ length: 30 }, (_, n) => along(t, 1 + (n % 4), {}, 1 + (n % 3)));
      const claims = Array.from({ length: 30 }, () => claim(t, 2));
      const taken = [
        ...(await Promise.all(submissions)).flatMap(({ items }) => items),
        ...(await Promise.all(claims)).flat(),
        ...(await claim(t, 100)),
      ];
      const ids = new Set(taken.map((item) => item.id));
      assert.equal(ids.size, taken.length);
      const batches = (await Promise.all(submissions)).map(({ batch }) => batch);
      assert.equal(
        ids.size,
        batches.reduce((sum, { counts }) => sum + counts.pending + counts.processing, 0),
      );
      await t.store.items.settle(taken.map(completed), NOW);
      const ended = await t.store.batches.end(null, NOW);
      assert.deepEqual(
        [...ended].toSorted((a, b) => a - b),
        batches.map(({ id }) => id).toSorted((a, b) => a - b),
      );
      for (const { id } of batches) {
        const recount = await t.store.batches.recount(id);
        assert.deepEqual(recount?.kept, recount?.counted);
      }
    });
  });
}

function along(t: TestStore, count: number, changes: Partial<BatchDraft>, room = 10): Promise<Along> {
  const submitting = t.store.intake.submitAndClaim(
    draft(t.projectId, changes),
    rows(count),
    null,
    requestOf(t, room),
  );
  return take(t, submitting, room);
}

/** As the engine does: where nothing was claimed along, it claims. */
async function take(
  t: TestStore,
  submitting: ReturnType<Store['intake']['submitAndClaim']>,
  room: number,
): Promise<Along> {
  const { batch, claim: claimed } = await submitting;
  return { batch, items: claimed?.items ?? (await claim(t, room)) };
}

function requestOf({ workerId }: TestStore, limit: number) {
  return { workerId, limit, now: NOW };
}

async function end(t: TestStore, { id }: Batch, items: readonly ClaimedItem[]): Promise<void> {
  await t.store.items.settle(items.map(completed), NOW);
  assert.deepEqual(await t.store.batches.end([id], NOW), [id]);
  const recount = await t.store.batches.recount(id);
  assert.deepEqual(recount?.kept, recount?.counted);
}
