import assert from 'node:assert/strict';
import type { Turn } from '#domain/turn.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';

/** What every store of turns must do. */
export function turnsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);

  fact('a turn is found by its key as it was put, the newest in place of older ones', async (world) => {
    const { store, projectId } = world;
    const first = turnOf(projectId, { key: 'a' });
    await store.turns.put([first, turnOf(projectId, { key: 'b', kind: 'embedding', form: 'whole' })]);
    assert.deepEqual(await store.turns.find(projectId, ['a', 'c']), [first]);
    const second = turnOf(projectId, { key: 'a', body: 'é\nnew', createdAt: NOW + 5, expiresAt: NOW + 9 });
    await store.turns.put([second]);
    assert.deepEqual(await store.turns.find(projectId, ['a']), [second]);
    assert.equal((await store.turns.find(projectId, ['a', 'b'])).length, 2);
    await store.turns.put([]);
    assert.deepEqual(await store.turns.find(projectId, []), []);
  });

  fact('a turn of another project is not found, counted or dropped', async ({ store, projectId }) => {
    const other = await store.projects.ensure('other', NOW);
    await store.turns.put([turnOf(projectId, { key: 'a' })]);
    assert.deepEqual(await store.turns.find(other.id, ['a']), []);
    assert.deepEqual(await store.turns.stats(other.id), { turns: 0, bytes: 0 });
    assert.equal(await store.turns.drop(other.id, {}), 0);
    assert.equal((await store.turns.find(projectId, ['a'])).length, 1);
  });

  fact('turns are counted with the bytes of their bodies, and dropped by model', async (world) => {
    const { store, projectId } = world;
    await store.turns.put([
      turnOf(projectId, { key: 'a', body: 'é' }),
      turnOf(projectId, { key: 'b', body: 'abc', model: 'large' }),
    ]);
    assert.deepEqual(await store.turns.stats(projectId), { turns: 2, bytes: 5 });
    assert.equal(await store.turns.drop(projectId, { model: 'large' }), 1);
    assert.deepEqual(await store.turns.stats(projectId), { turns: 1, bytes: 2 });
    assert.equal(await store.turns.drop(projectId, {}), 1);
  });

  fact('the sweep removes what expired, a few at a time', async ({ store, projectId }) => {
    const expiries = [NOW - 2, NOW - 1, NOW + 1];
    await store.turns.put(expiries.map((expiresAt, at) => turnOf(projectId, { key: `k${at}`, expiresAt })));
    assert.equal(await store.turns.sweep(NOW, 1), 1);
    assert.equal(await store.turns.sweep(NOW, 10), 1);
    assert.equal(await store.turns.sweep(NOW, 10), 0);
    assert.equal((await store.turns.find(projectId, ['k2'])).length, 1);
  });

  fact('2,048 turns go in and come out in one call', async ({ store, projectId }) => {
    const turns = Array.from({ length: 2_048 }, (_, at) => turnOf(projectId, { key: `k${at}` }));
    await store.turns.put(turns);
    const found = await store.turns.find(
      projectId,
      turns.map(({ key }) => key),
    );
    assert.equal(found.length, 2_048);
  });
}

export function turnOf(projectId: number, changes: Partial<Turn> = {}): Turn {
  return {
    projectId,
    key: 'k',
    kind: 'chat',
    form: 'chunks',
    model: 'small',
    body: '{"a":1}\n{"b":2}',
    inputTokens: 12,
    outputTokens: 7,
    createdAt: NOW,
    expiresAt: NOW + 1_000,
    ...changes,
  };
}
