import assert from 'node:assert/strict';
import type { NewJudgement } from '#domain/judgement.ts';
import { answerOf } from './answers.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';

/** What every store of judgements must do. */
export function judgementsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);

  const judged = (projectId: number, changes: Partial<NewJudgement> = {}): NewJudgement => ({
    projectId,
    key: 'k1',
    madeAt: 1_000,
    faithful: 90,
    complete: 40,
    why: 'It leaves out March.',
    judge: 'openai:small',
    tokens: 120,
    judgedAt: NOW,
    ...changes,
  });

  fact('a judgement is found for the answer that it is of, and no other', async ({ store, projectId }) => {
    await store.judgements.put(judged(projectId), null);
    const found = await store.judgements.find(projectId, 'k1', 1_000);
    assert.deepEqual([found?.faithful, found?.complete, found?.why], [90, 40, 'It leaves out March.']);
    assert.equal(await store.judgements.find(projectId, 'k1', 2_000), null);
    await store.judgements.put(judged(projectId, { madeAt: 2_000, faithful: 100 }), null);
    assert.equal((await store.judgements.find(projectId, 'k1', 2_000))?.faithful, 100);
    assert.equal(await store.judgements.find(projectId, 'k1', 1_000), null);
  });

  fact('the list has answers that are there as they were judged, the lower mark deciding', async (world) => {
    const { store, projectId } = world;
    for (const [key, complete] of [
      ['k1', 40],
      ['k2', 80],
      ['k3', 10],
      ['gone', 0],
    ] as const) {
      if (key !== 'gone') await store.answers.put(answerOf({ projectId, key, question: key }), null);
      await store.judgements.put(judged(projectId, { key, complete }), null);
    }
    const all = await store.judgements.list(projectId, {}, { limit: 2, cursor: null });
    assert.deepEqual(
      all.items.map(({ question }) => question),
      ['k3', 'k2'],
    );
    const rest = await store.judgements.list(projectId, {}, { limit: 2, cursor: all.next });
    assert.deepEqual([rest.items.map(({ question }) => question), rest.next], [['k1'], null]);
    const low = await store.judgements.list(projectId, { below: 70 }, { limit: 9, cursor: null });
    assert.deepEqual(
      low.items.map(({ question }) => question),
      ['k3', 'k1'],
    );
    await store.answers.put(answerOf({ projectId, key: 'k3', createdAt: 5_000 }), null);
    const after = await store.judgements.list(projectId, { below: 70 }, { limit: 9, cursor: null });
    assert.deepEqual(
      after.items.map(({ question }) => question),
      ['k1'],
    );
  });

  fact('old ones are forgotten, and another project has none', async ({ store, projectId }) => {
    await store.judgements.put(judged(projectId), null);
    const other = await store.projects.ensure('other', NOW);
    assert.equal(await store.judgements.find(other.id, 'k1', 1_000), null);
    await store.judgements.sweep(NOW + 1);
    assert.equal(await store.judgements.find(projectId, 'k1', 1_000), null);
  });
}
