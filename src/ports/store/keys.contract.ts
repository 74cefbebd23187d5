import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { NO_KEY_LIMITS } from '#domain/access.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import type { NewKey } from './keys.ts';
import { NOW } from './samples.ts';

/** What every store must do with keys and sessions. */
export function keysContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);
  const page = { limit: 100, cursor: null };
  const DAY = 86_400_000;

  describe(`${name} keeps the contract of keys`, () => {
    fact('a key is found by its digest, with the name of its project', async ({ store, projectId }) => {
      const key = await store.keys.create(sample('a', { projectId, expiresAt: NOW + 5 }), NOW);
      assert.deepEqual(await store.keys.findByHash('hash of a'), { ...key, project: 'default' });
      assert.deepEqual(await store.keys.find(key.id), key);
      assert.equal(await store.keys.findByHash('a'), null);
      const server = await store.keys.create(sample('b'), NOW);
      assert.equal((await store.keys.findByHash('hash of b'))?.project, null);
      assert.deepEqual((await store.keys.list(null, page)).items, [server, key]);
      assert.deepEqual((await store.keys.list(projectId, page)).items, [key]);
    });

    fact('a key that is replaced works on for a while, and is replaced once', async ({ store }) => {
      const old = await store.keys.create(sample('old'), NOW);
      const fresh = await store.keys.rotate(old.id, sample('new'), NOW, NOW + DAY);
      assert.notEqual(fresh, null);
      const after = await store.keys.find(old.id);
      assert.deepEqual([after?.replacedBy, after?.expiresAt], [fresh?.id, NOW + DAY]);
      assert.equal(await store.keys.rotate(old.id, sample('third'), NOW, NOW + DAY), null);
      assert.equal(await store.keys.findByHash('hash of third'), null);
    });

    fact('a replacement never makes a key live longer', async ({ store }) => {
      const { id } = await store.keys.create(sample('old', { expiresAt: NOW + 10 }), NOW);
      await store.keys.rotate(id, sample('new'), NOW, NOW + DAY);
      assert.equal((await store.keys.find(id))?.expiresAt, NOW + 10);
    });

    fact(
      'a revoked key keeps its time, takes its sessions with it, and cannot be replaced',
      async ({ store }) => {
        const { id } = await store.keys.create(sample('a'), NOW);
        await store.sessions.open('s1', { keyHash: 'hash of a', expiresAt: NOW + DAY }, NOW);
        await store.sessions.open('s2', { keyHash: 'another', expiresAt: NOW + DAY }, NOW);
        assert.equal((await store.keys.revoke(id, NOW + 1))?.revokedAt, NOW + 1);
        assert.equal((await store.keys.revoke(id, NOW + 2))?.revokedAt, NOW + 1);
        assert.equal(await store.sessions.find('s1'), null);
        assert.notEqual(await store.sessions.find('s2'), null);
        assert.equal(await store.keys.rotate(id, sample('b'), NOW + 3, NOW + DAY), null);
        assert.equal(await store.keys.revoke(999_999, NOW), null);
      },
    );

    fact('the time of last use only goes forward', async ({ store }) => {
      const { id } = await store.keys.create(sample('a'), NOW);
      await store.keys.touch([{ keyId: id, at: NOW + 5 }]);
      await store.keys.touch([{ keyId: id, at: NOW }]);
      assert.equal((await store.keys.find(id))?.lastUsedAt, NOW + 5);
    });

    fact('a key keeps its limits, which can be changed', async ({ store }) => {
      const limits = { rates: [{ calls: 5, per: 'minute', isSliding: true }], tokensPerDay: 7 } as const;
      const { id } = await store.keys.create(sample('a', { limits }), NOW);
      assert.deepEqual((await store.keys.findByHash('hash of a'))?.limits, limits);
      const changed = await store.keys.limit(id, { ...limits, rates: null });
      assert.deepEqual(changed?.limits, { rates: null, tokensPerDay: 7 });
      assert.equal(await store.keys.limit(id + 100, limits), null);
    });

    fact('sessions end one by one, all of a key, or by their time', async ({ store }) => {
      const session = { keyHash: 'k', expiresAt: NOW + 10 };
      for (const hash of ['a', 'b', 'c']) await store.sessions.open(hash, session, NOW);
      await store.sessions.open('other', { keyHash: 'o', expiresAt: NOW + 5 }, NOW);
      assert.deepEqual(await store.sessions.find('a'), session);
      await store.sessions.close('a');
      assert.equal(await store.sessions.find('a'), null);
      await store.sessions.sweep(NOW + 5);
      assert.equal(await store.sessions.find('other'), null);
      await store.sessions.closeOf('k');
      assert.equal(await store.sessions.find('b'), null);
    });
  });
}

function sample(word: string, changes: Partial<NewKey> = {}): NewKey {
  return {
    projectId: null,
    name: word,
    prefix: `ph_${word}`,
    hash: `hash of ${word}`,
    scopes: ['ask'],
    addresses: ['10.0.0.0/8'],
    expiresAt: null,
    limits: NO_KEY_LIMITS,
    ...changes,
  };
}
