import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Turn } from '#domain/turn.ts';
import { begin, NOW } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { Store } from './store.ts';

/** What every store of turns must do. */
export function turnsContract(
  name: string,
  open: () => Promise<{ store: Store; close(): Promise<void> }>,
): void {
  const withStore = (title: string, check: (test: TestStore) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const opened = await begin(await open());
      try {
        await check(opened);
      } finally {
        await opened.close();
      }
    });

  withStore('a turn is found by its key as it was put, the newest in place of older ones', async (world) => {
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

  withStore('a turn of another project is not found, counted or dropped', async ({ store, projectId }) => {
    const other = await store.projects.ensure('other', NOW);
    await store.turns.put([turnOf(projectId, { key: 'a' })]);
    assert.deepEqual(await store.turns.find(other.id, ['a']), []);
    assert.deepEqual(await store.turns.stats(other.id), { turns: 0, bytes: 0 });
    assert.equal(await store.turns.drop(other.id, {}), 0);
    assert.equal((await store.turns.find(projectId, ['a'])).length, 1);
  });

  withStore('turns are counted with the bytes of their bodies, and dropped by model', async (world) => {
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

  withStore('the sweep removes what expired, a few at a time', async ({ store, projectId }) => {
    const expiries = [NOW - 2, NOW - 1, NOW + 1];
    await store.turns.put(expiries.map((expiresAt, at) => turnOf(projectId, { key: `k${at}`, expiresAt })));
    assert.equal(await store.turns.sweep(NOW, 1), 1);
    assert.equal(await store.turns.sweep(NOW, 10), 1);
    assert.equal(await store.turns.sweep(NOW, 10), 0);
    assert.equal((await store.turns.find(projectId, ['k2'])).length, 1);
  });

  withStore('2,048 turns go in and come out in one call', async ({ store, projectId }) => {
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
