import assert from 'node:assert/strict';
import type { Reservation, Reserved } from './budgets.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';

/** What every store of budgets must do. */
export function budgetsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);
  const of = (projectId: number, changes: Partial<Reservation> = {}): Reservation => ({
    projectId,
    keyId: null,
    limits: { project: 1_000, key: null },
    tokens: 300,
    now: NOW,
    expiresAt: NOW + 60_000,
    ...changes,
  });
  const idOf = (reserved: Reserved): number =>
    reserved.kind === 'reserved' ? reserved.id : assert.fail('it was refused');

  fact('a hundred who ask at once for what is nearly spent: one gets it', async ({ store, projectId }) => {
    await store.budgets.settle({ projectId, keyId: null, reservationId: null, tokens: 950, now: NOW });
    const all = await Promise.all(Array.from({ length: 100 }, () => store.budgets.reserve(of(projectId))));
    const reserved = all.filter(({ kind }) => kind === 'reserved');
    assert.equal(reserved.length, 1);
    const use = { scope: 'project', id: projectId, spent: 950, reserved: 300 } as const;
    assert.deepEqual(
      all.find(({ kind }) => kind === 'refused'),
      { kind: 'refused', limit: 1_000, use },
    );
    assert.deepEqual(await store.budgets.uses(projectId, NOW), [use]);
  });

  fact(
    'as many run beside each other as fit, and what is settled is free for the next',
    async ({ store, projectId }) => {
      const first = [];
      for (let calls = 0; calls < 4; calls += 1) first.push(await store.budgets.reserve(of(projectId)));
      assert.deepEqual(
        first.map(({ kind }) => kind),
        ['reserved', 'reserved', 'reserved', 'refused'],
      );
      await store.budgets.settle({
        projectId,
        keyId: null,
        reservationId: idOf(first[0] as Reserved),
        tokens: 20,
        now: NOW,
      });
      assert.equal((await store.budgets.reserve(of(projectId))).kind, 'reserved');
      assert.deepEqual(await store.budgets.uses(projectId, NOW), [
        { scope: 'project', id: projectId, spent: 20, reserved: 900 },
      ]);
    },
  );

  fact('a key has a budget of its own beside that of its project', async ({ store, projectId }) => {
    const key = { keyId: 7, limits: { project: 1_000, key: 100 } };
    const reserved = await store.budgets.reserve(of(projectId, key));
    await store.budgets.settle({
      projectId,
      keyId: 7,
      reservationId: idOf(reserved),
      tokens: 120,
      now: NOW,
    });
    const refused = await store.budgets.reserve(of(projectId, key));
    assert.deepEqual(refused, {
      kind: 'refused',
      limit: 100,
      use: { scope: 'key', id: 7, spent: 120, reserved: 0 },
    });
    assert.equal((await store.budgets.reserve(of(projectId, { ...key, keyId: 8 }))).kind, 'reserved');
    assert.equal((await store.budgets.reserve(of(projectId))).kind, 'reserved');
  });

  fact(
    'what a process that died had set aside is free after its time; the next day all is',
    async ({ store, projectId }) => {
      const whole = { tokens: 1_000 };
      await store.budgets.reserve(of(projectId, whole));
      assert.equal((await store.budgets.reserve(of(projectId))).kind, 'refused');
      const later = { ...whole, now: NOW + 60_000, expiresAt: NOW + 120_000 };
      const { id } = { id: idOf(await store.budgets.reserve(of(projectId, later))) };
      await store.budgets.settle({
        projectId,
        keyId: null,
        reservationId: id,
        tokens: 1_000,
        now: later.now,
      });
      assert.equal((await store.budgets.reserve(of(projectId, later))).kind, 'refused');
      const tomorrow = { now: NOW + 86_400_000, expiresAt: NOW + 86_460_000 };
      assert.equal((await store.budgets.reserve(of(projectId, tomorrow))).kind, 'reserved');
      assert.deepEqual(await store.budgets.uses(projectId, NOW + 86_400_000), [
        { scope: 'project', id: projectId, spent: 0, reserved: 300 },
      ]);
    },
  );

  fact('another project has its own, and sees no other', async ({ store, projectId }) => {
    const other = await store.projects.ensure('other', NOW);
    await store.budgets.reserve(of(projectId, { tokens: 1_000 }));
    assert.equal((await store.budgets.reserve(of(other.id))).kind, 'reserved');
    const ids = (await store.budgets.uses(other.id, NOW)).map(({ id }) => id);
    assert.deepEqual(ids, [other.id]);
    assert.equal((await store.budgets.uses(null, NOW)).length, 2);
  });
}
