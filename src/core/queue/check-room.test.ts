import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '#ports/store/store.ts';
import { checkRoom } from './check-room.ts';

const NOW = 1_800_000_000_000 + 1_800_000;

function begin(pending: number, endedInHour: number) {
  const queue = { pending, looks: 0 };
  const store = {
    batches: {
      totals: () => {
        queue.looks += 1;
        return Promise.resolve({ pending: queue.pending });
      },
    },
    hours: {
      list: () =>
        Promise.resolve(
          endedInHour === 0
            ? []
            : [{ startedAt: NOW - 1_800_000, completed: endedInHour, failed: 0, skipped: 0 }],
        ),
    },
  } as unknown as Store;
  return { queue, deps: { store, clock: () => NOW, limits: { maxPending: 1_000 } } };
}

test('a full queue says when there will be room, at the measured rate', async () => {
  const { deps } = begin(1_000, 3_600);
  await assert.rejects(checkRoom(deps, { id: 1 }, 20), {
    kind: 'limited',
    code: 'queue_full',
    retryAfterSeconds: 10,
  });
});

test('where nothing was measured it says a minute', async () => {
  const { deps } = begin(1_000, 0);
  await assert.rejects(checkRoom(deps, { id: 1 }, 1), { code: 'queue_full', retryAfterSeconds: 60 });
});

test('what never fits is told to come in parts', async () => {
  const { deps } = begin(0, 0);
  await assert.rejects(checkRoom(deps, { id: 1 }, 1_001), { code: 'queue_full', message: /in parts/ });
});

test('far from the cap one look serves many submissions, near it each looks', async () => {
  const { deps, queue } = begin(10, 0);
  for (let i = 0; i < 5; i += 1) await checkRoom(deps, { id: 1 }, 1);
  assert.equal(queue.looks, 1);
  queue.pending = 990;
  await checkRoom(deps, { id: 1 }, 950).catch(() => undefined);
  await assert.rejects(checkRoom(deps, { id: 1 }, 11), { code: 'queue_full' });
});
