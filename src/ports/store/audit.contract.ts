import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { NewAuditEntry } from '#domain/audit.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';

/** What every store must do with the record of what was done. */
export function auditContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);
  const page = { limit: 100, cursor: null };

  describe(`${name} keeps the contract of the audit`, () => {
    fact('what was noted is listed as it was, newest first, in pages', async ({ store, projectId }) => {
      for (let n = 0; n < 3; n += 1) await store.audit.note(sample({ projectId, at: NOW + n }));
      const { items, next } = await store.audit.list(projectId, {}, { limit: 2, cursor: null });
      assert.deepEqual(
        items.map(({ at }) => at),
        [NOW + 2, NOW + 1],
      );
      const { id: _, ...first } = items[0] as { id: number };
      assert.deepEqual(first, sample({ projectId, at: NOW + 2 }));
      const rest = await store.audit.list(projectId, {}, { limit: 2, cursor: next });
      assert.deepEqual([rest.items.length, rest.next], [1, null]);
    });

    fact('a project sees its own alone, and who asks for none sees all', async ({ store, projectId }) => {
      const other = await store.projects.ensure('other', NOW);
      await store.audit.note(sample({ projectId }));
      await store.audit.note(sample({ projectId: other.id }));
      await store.audit.note(sample({ projectId: null }));
      assert.equal((await store.audit.list(projectId, {}, page)).items.length, 1);
      assert.equal((await store.audit.list(null, {}, page)).items.length, 3);
    });

    fact(
      'it is searched by actor, action, thing, address and request, any case',
      async ({ store, projectId }) => {
        await store.audit.note(sample({ projectId }));
        const found = async (text: string) =>
          (await store.audit.list(projectId, { text }, page)).items.length;
        for (const text of ['night', 'PAUSE', 'bat_7', '10.1.', 'req_1'])
          assert.equal(await found(text), 1, text);
        for (const text of ['zebra', '%', '_'])
          assert.equal(await found(text === '_' ? 'b_t' : text), 0, text);
      },
    );

    fact('old entries go, the others stay', async ({ store, projectId }) => {
      await store.audit.note(sample({ projectId, at: NOW - 10 }));
      await store.audit.note(sample({ projectId, at: NOW }));
      await store.audit.note(sample({ projectId, at: NOW - 9 }));
      assert.deepEqual([await store.audit.sweep(NOW, 1), await store.audit.sweep(NOW, 5)], [1, 1]);
      assert.deepEqual(
        (await store.audit.list(projectId, {}, page)).items.map(({ at }) => at),
        [NOW],
      );
    });
  });
}

function sample(changes: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    at: NOW,
    projectId: null,
    keyId: 3,
    actor: 'Nightly job',
    action: 'POST /batches/{batchId}/pause',
    thing: 'bat_7',
    address: '10.1.2.3',
    requestId: 'req_1',
    ...changes,
  };
}
