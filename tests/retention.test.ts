import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DONE, openTestQueue } from './support/queue.ts';
import { STORES } from './support/stores.ts';
import { sweep } from '#core/queue/sweep.ts';

const DAY_MS = 86_400_000;

for (const on of STORES) {
  describe(`the sweep on ${on}`, () => {
    test('takes away batches by the age of their end, where a setting says so, and no other', async () => {
      const q = await openTestQueue({ run: async () => DONE, on });
      try {
        const { batch } = await q.submit(['a', 'b', 'c']);
        await q.ended(batch.id);
        const open = await q.submit(['d', 'e'], { paceMs: DAY_MS });
        await q.verbs.batches.pause(q.project, open.batch.id);
        const { store } = q;
        const sweepAt = (days: number, batchesKeptMs: number | null) =>
          sweep({
            store,
            clock: () => Date.now() + days * DAY_MS,
            log: (_, event) => assert.fail(event),
            wake: () => undefined,
            advance: async (id) => {
              while (!(await store.batches.advance(id, 2, Date.now())));
            },
            missesKeptMs: DAY_MS,
            batchesKeptMs,
          });
        await sweepAt(400, null);
        await sweepAt(6, 7 * DAY_MS);
        assert.notEqual(await store.batches.find(q.project.id, batch.id), null);
        await sweepAt(8, 7 * DAY_MS);
        assert.equal(await store.batches.find(q.project.id, batch.id), null);
        const { items } = await store.items.list(
          q.project.id,
          { batchId: batch.id },
          { limit: 9, cursor: null },
        );
        assert.deepEqual(items, []);
        assert.notEqual(await store.batches.find(q.project.id, open.batch.id), null);
      } finally {
        await q.close();
      }
    });
  });
}
