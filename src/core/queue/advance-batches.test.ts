import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Advancer } from './advance-batches.ts';
import type { AdvanceDeps } from './advance-batches.ts';

test('work that comes while a run is past its last step is done at once, not by the next sweep', async () => {
  let work = 1;
  const gate = Promise.withResolvers<void>();
  const batches = {
    async advance() {
      work = Math.max(0, work - 1);
      return work === 0;
    },
    async end() {
      await gate.promise;
      return [];
    },
  } as unknown as AdvanceDeps['store']['batches'];
  const advancer = new Advancer({ store: { batches }, clock: () => 0, log() {}, wake() {} });
  const first = advancer.advance(1);
  await new Promise(setImmediate);
  work = 3;
  const second = advancer.advance(1);
  gate.resolve();
  await Promise.all([first, second]);
  assert.equal(work, 0);
});
