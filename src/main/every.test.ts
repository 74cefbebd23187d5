import assert from 'node:assert/strict';
import { test } from 'node:test';
import { every } from './every.ts';

const turn = () => new Promise(setImmediate);

test('a run that is not done holds off the next, and a failed one does not', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const runs: PromiseWithResolvers<void>[] = [];
  const logged: string[] = [];
  const timer = every(
    10,
    (_level, event) => void logged.push(event),
    () => {
      const run = Promise.withResolvers<void>();
      runs.push(run);
      return run.promise;
    },
  );
  t.mock.timers.tick(35);
  assert.equal(runs.length, 1);
  runs[0]?.reject(new Error('Busy.'));
  await turn();
  t.mock.timers.tick(10);
  assert.deepEqual([runs.length, logged], [2, ['upkeep_failed']]);
  runs[1]?.resolve();
  await turn();
  t.mock.timers.tick(10);
  assert.equal(runs.length, 3);
  clearInterval(timer);
});
