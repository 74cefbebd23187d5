import assert from 'node:assert/strict';
import { answerOf } from './answers.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW, submit } from './samples.ts';

/** What every store must do when a project is removed; that nothing stays behind is a story of its own. */
export function removalsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);

  fact(
    'a removed project is seen no more, goes step by step, and takes nothing of another along',
    async (test) => {
      const { store, projectId } = test;
      const other = await store.projects.ensure('other', NOW);
      for (const id of [projectId, other.id]) {
        for (const key of ['a', 'b']) await store.answers.put(answerOf({ projectId: id, key }), null);
        await store.budgets.settle({ projectId: id, keyId: null, reservationId: null, tokens: 5, now: NOW });
      }
      const { id: batchId } = await submit(test, 3);
      const removed = await store.removals.begin(projectId, NOW);
      assert.deepEqual(removed, { batchIds: [batchId], files: [] });
      assert.equal(await store.removals.begin(projectId, NOW), null);
      assert.equal(await store.projects.findByName('default'), null);
      assert.deepEqual(
        (await store.projects.list()).map(({ id }) => id),
        [other.id],
      );
      assert.deepEqual(await store.removals.list(NOW), [projectId]);
      let steps = 0;
      while (await store.removals.step(projectId, NOW + 5)) steps += 1;
      assert.ok(steps > 2);
      assert.equal(await store.batches.find(projectId, batchId), null);
      assert.equal(await store.answers.findByKey(projectId, 'a'), null);
      assert.notEqual(await store.answers.findByKey(other.id, 'a'), null);
      assert.equal((await store.budgets.uses(other.id, NOW))[0]?.spent, 5);
      // What came late is swept up.
      await store.budgets.settle({ projectId, keyId: null, reservationId: null, tokens: 5, now: NOW });
      assert.deepEqual(
        [await store.removals.step(projectId, NOW + 9), await store.removals.step(projectId, NOW + 9)],
        [true, false],
      );
      assert.deepEqual(
        [await store.removals.list(NOW + 5), await store.removals.list(NOW + 6)],
        [[projectId], []],
      );
      const again = await store.projects.ensure('default', NOW);
      assert.notEqual(again.id, projectId);
    },
  );
}
