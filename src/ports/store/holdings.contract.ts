import assert from 'node:assert/strict';
import type { Turn } from '#domain/turn.ts';
import { answerOf } from './answers.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';

/** What every store must know of what projects hold. */
export function holdingsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);
  const turn = (projectId: number, key: string, createdAt: number): Turn => ({
    projectId,
    key,
    kind: 'chat',
    form: 'whole',
    model: 'm',
    body: 'x'.repeat(500),
    inputTokens: 1,
    outputTokens: 1,
    createdAt,
    expiresAt: createdAt + 1_000,
  });

  fact(
    'what was used longest ago is named first, of one project and never of another',
    async ({ store, projectId }) => {
      const other = await store.projects.ensure('other', NOW);
      for (const id of [projectId, other.id]) {
        for (const [key, createdAt] of [
          ['old', NOW],
          ['used', NOW + 1],
          ['new', NOW + 9],
        ] as const)
          await store.answers.put(answerOf({ projectId: id, key, question: key, createdAt }), null);
        await store.turns.put([turn(id, 't1', NOW + 2), turn(id, 't2', NOW + 8)]);
      }
      const used = await store.answers.findByKey(projectId, 'used');
      await store.answers.countHits([{ answerId: used?.id ?? 0, hits: 1 }], NOW + 20);
      const held = await store.holdings.of(projectId);
      assert.deepEqual([held.answers, held.turns], [3, 2]);
      assert.ok(held.cachedBytes > 1_000);
      assert.deepEqual(await store.holdings.leastUsed(projectId, held.cachedBytes, 10), {
        answerIds: [],
        turnKeys: [],
      });
      const one = await store.holdings.leastUsed(projectId, held.cachedBytes - 1, 10);
      assert.deepEqual(one, {
        answerIds: [(await store.answers.findByKey(projectId, 'old'))?.id],
        turnKeys: [],
      });
      const all = await store.holdings.leastUsed(projectId, 0, 10);
      assert.deepEqual([all.answerIds.length, all.turnKeys.toSorted()], [3, ['t1', 't2']]);
      const others = (await store.answers.list(other.id, {}, { limit: 9, cursor: null })).items;
      assert.ok(!others.some(({ id }) => all.answerIds.includes(id)));
      assert.equal(await store.answers.drop(other.id, { answerIds: all.answerIds }), 0);
      assert.equal(await store.answers.drop(projectId, { answerIds: one.answerIds }), 1);
      assert.equal(await store.turns.drop(projectId, { keys: ['t1'] }), 1);
      assert.deepEqual(await store.holdings.of(other.id), held);
      assert.equal(
        (await store.holdings.leastUsed(projectId, 0, 2)).answerIds.length +
          (await store.holdings.leastUsed(projectId, 0, 2)).turnKeys.length,
        2,
      );
    },
  );
}
