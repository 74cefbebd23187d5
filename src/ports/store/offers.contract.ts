import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, completed, draft, failed, NOW, retried, rows, submit } from './samples.ts';
import type { TestStore } from './samples.ts';

/** What every store must do with items that are offered before they are claimed. */
export function offersContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);

  describe(`${name} keeps the contract of offers`, () => {
    fact('what is chosen is what a claim would take, and nothing is changed by it', async (t) => {
      const low = await submit(t, 3);
      const high = await submit(t, 2, { priority: 5 });
      const chosen = await next(t, 4);
      assert.equal(chosen.length, 4);
      assert.deepEqual(await countsOf(t, low.id), { pending: 3, processing: 0 });
      const taken = await claim(t, 4);
      assert.deepEqual(
        chosen,
        taken.map(({ id }) => id),
      );
      assert.deepEqual(await countsOf(t, high.id), { pending: 0, processing: 2 });
    });

    fact('what is offered is not chosen again, until it is no longer known as offered', async (t) => {
      await submit(t, 5);
      const first = await next(t, 2);
      const second = await next(t, 2, first);
      assert.deepEqual(
        await next(t, 9, [...first, ...second]),
        [second[1] as number].map((id) => id + 1),
      );
      assert.deepEqual(await next(t, 9), await next(t, 9, []));
      assert.equal((await next(t, 9)).length, 5);
    });

    fact('it tells which of the offered are still pending', async (t) => {
      await submit(t, 3);
      const offered = await next(t, 3);
      await claimOffered(t, offered.slice(0, 1));
      const { open } = await t.store.offers.next({ limit: 1, offered, now: NOW });
      assert.deepEqual(
        open.toSorted((a, b) => a - b),
        offered.slice(1),
      );
    });

    fact('projects are offered equal shares, what is offered and runs counted', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      await submit(t, 100);
      const small = await t.store.intake.submit(draft(other.id), rows(4), null, NOW);
      const offered = await next(t, 4);
      assert.equal(offered.filter((id) => isOf(id, small.id)).length, 2);
      await claimOffered(t, offered);
      const more = await next(t, 4);
      assert.equal(more.filter((id) => isOf(id, small.id)).length, 2);
      const rest = await next(t, 4, more);
      assert.equal(rest.filter((id) => isOf(id, small.id)).length, 0);
      assert.equal(rest.length, 4);
    });

    fact('a limit and a pace hold for offers, and for their claims', async (t) => {
      const limited = await submit(t, 5, { concurrency: 2 });
      const offered = await next(t, 9);
      assert.equal(offered.length, 2);
      assert.deepEqual(await next(t, 9, offered), []);
      const all = Array.from({ length: 5 }, (_, i) => (offered[0] as number) + i);
      const taken = await claimOffered(t, all);
      assert.equal(taken.length, 2);
      assert.deepEqual(await countsOf(t, limited.id), { pending: 3, processing: 2 });
      await t.store.batches.steer(t.projectId, limited.id, { to: 'pause' }, NOW);

      await submit(t, 3, { paceMs: 500 });
      const [first, ...others] = await next(t, 9);
      assert.equal(others.length, 0);
      assert.deepEqual(await next(t, 9, [first as number]), []);
      assert.equal((await claimOffered(t, [first as number, (first as number) + 1])).length, 1);
      const early = await t.store.offers.next({ limit: 9, offered: [], now: NOW + 1 });
      assert.deepEqual([early.itemIds, early.nextDueAt], [[], NOW + 500]);
      assert.deepEqual(await claimOffered(t, [(first as number) + 1], NOW + 499), []);
      assert.equal((await claimOffered(t, [(first as number) + 1], NOW + 500)).length, 1);
    });

    fact('an offered item is claimed once, with what a run needs', async (t) => {
      await submit(t, 2, { options: { refresh: true } });
      const offered = await next(t, 2);
      const [item, ...others] = await claimOffered(t, [offered[1] as number]);
      assert.equal(others.length, 0);
      assert.deepEqual(item, {
        ...item,
        id: offered[1],
        generation: 1,
        failures: 0,
        options: { refresh: true },
      });
      assert.deepEqual(item?.payload, { question: 'question 2' });
      const again = await claimOffered(t, offered);
      assert.deepEqual(
        again.map(({ id }) => id),
        [offered[0]],
      );
      assert.deepEqual(await claimOffered(t, offered), []);
    });

    fact('what was paused, cancelled, ended or deleted after the offer is not claimed', async (t) => {
      for (const to of ['pause', 'cancel', 'delete'] as const) {
        const { id } = await submit(t, 2);
        const offered = await next(t, 2);
        assert.equal(offered.length, 2);
        await t.store.batches.steer(t.projectId, id, { to }, NOW);
        assert.deepEqual(await claimOffered(t, offered), []);
        assert.deepEqual(await next(t, 9), []);
      }
      await submit(t, 1);
      const offered = await next(t, 1);
      await t.store.items.settle((await claim(t, 1)).map(completed), NOW);
      assert.deepEqual(await claimOffered(t, offered), []);
      assert.deepEqual(await claimOffered(t, [(offered[0] as number) + 2 ** 30]), []);
    });

    fact('what waits for another attempt is offered when it is due, after its peers', async (t) => {
      await submit(t, 3);
      const [first, second] = await claim(t, 2);
      await t.store.items.settle([retried(first as never, NOW + 50), failed(second as never)], NOW);
      const early = await t.store.offers.next({ limit: 9, offered: [], now: NOW });
      assert.deepEqual([early.itemIds.length, early.nextDueAt], [1, NOW + 50]);
      assert.deepEqual(await claimOffered(t, [first?.id as number], NOW + 49), []);
      const { itemIds } = await t.store.offers.next({ limit: 9, offered: [], now: NOW + 50 });
      assert.deepEqual(itemIds, [...early.itemIds, first?.id]);
      const taken = await claimOffered(t, itemIds, NOW + 50);
      assert.deepEqual(
        taken.map(({ failures }) => failures),
        [0, 1],
      );
    });

    fact('claims of the same offers at once take each item once, and the counts agree', async (t) => {
      const free = await submit(t, 60);
      const limited = await submit(t, 60, { concurrency: 7 });
      const offered = await next(t, 100);
      const all = await Promise.all(Array.from({ length: 8 }, () => claimOffered(t, offered)));
      const ids = all.flat().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(ids.filter((id) => isOf(id, free.id)).length, 60);
      assert.equal(ids.filter((id) => isOf(id, limited.id)).length, 7);
      assert.deepEqual(await countsOf(t, free.id), { pending: 0, processing: 60 });
      assert.notEqual((await t.store.batches.find(t.projectId, free.id))?.startedAt, null);
      await t.store.items.settle(all.flat().map(completed), NOW);
      assert.deepEqual(await t.store.batches.end([free.id], NOW), [free.id]);
      const recount = await t.store.batches.recount(limited.id);
      assert.deepEqual(recount?.kept, recount?.counted);
    });
  });
}

async function next(
  t: TestStore,
  limit: number,
  offered: readonly number[] = [],
): Promise<readonly number[]> {
  return (await t.store.offers.next({ limit, offered, now: NOW })).itemIds;
}

function claimOffered(t: TestStore, itemIds: readonly number[], now = NOW) {
  return t.store.offers.claim({ workerId: t.workerId, itemIds, now });
}

async function countsOf(t: TestStore, batchId: number) {
  const counts = (await t.store.batches.find(t.projectId, batchId))?.counts;
  return { pending: counts?.pending, processing: counts?.processing };
}

function isOf(itemId: number, batchId: number): boolean {
  return Math.floor(itemId / 2 ** 24) === batchId;
}
