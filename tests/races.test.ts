import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '#domain/fault.ts';
import { totalOf } from '#domain/item.ts';
import type { Outcome } from '#domain/outcome.ts';
import { seeded, seeds } from './support/random.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import type { TestQueue } from './support/queue.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

/** Refusals that a steering call may honestly meet in a race. */
const EXPECTED = /^(cannot_|batch_closed|not_found|nothing_to_retry)/;

/** So many seeds on each store. */
function onEach(count: number): { on: StoreKind; seed: number }[] {
  return STORES.flatMap((on) => seeds(count).map((seed) => ({ on, seed })));
}

for (const { on, seed } of onEach(4)) {
  test(
    `whatever people press while items run, the books are right, on ${on} (PREHEAT_TEST_SEED=${seed})`,
    { timeout: 240_000 },
    async () => {
      const random = seeded(seed);
      const q = await openTestQueue({
        on,
        run: (payload) => work(random, payload),
        environment: { PREHEAT_CONCURRENCY: '6' },
      });
      try {
        const batches = await Promise.all([1, 2, 3, 4].map((n) => q.submit(questions(150, `b${n}`))));
        const ids = batches.map(({ batch }) => batch.id);
        const doomed = ids.at(-1) as number;
        await Promise.all([
          ...Array.from({ length: 4 }, () => press(q, ids, random)),
          deleteSoon(q, doomed, random),
        ]);
        await settleDown(q, ids.slice(0, -1));
        for (const id of ids.slice(0, -1)) await checkBooks(q, id);
        await checkGone(q, doomed);
        assert.deepEqual(
          q.logged.filter((line) => line.startsWith('error')),
          [],
        );
      } finally {
        await q.close();
      }
    },
  );
}

async function work(random: () => number, { question }: { question: string }): Promise<Outcome> {
  await sleep(random() * 8);
  const luck = random();
  if (luck < 0.05) throw new Fault('refused', 'refused', `${question} is refused.`);
  if (luck < 0.15) throw new Fault('unavailable', 'busy', 'It is busy.');
  return luck < 0.2 ? { kind: 'skipped', reason: 'already_warm', result: null } : DONE;
}

async function press(q: TestQueue, ids: readonly number[], random: () => number): Promise<void> {
  const { batches, items } = q.verbs;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const buttons = [
    (id: number) => batches.pause(q.project, id),
    (id: number) => batches.resume(q.project, id),
    (id: number) => batches.resume(q.project, id),
    (id: number) => batches.cancel(q.project, id),
    (id: number) => batches.retry(q.project, id, ['failed', 'cancelled']),
    (id: number) => batches.change(q.project, id, { priority: Math.floor(random() * 5) }),
    (id: number) =>
      batches.add(q.project, id, { kind: 'entries', entries: questions(20, `added ${random()}`) }),
    (id: number) => items.retry(q.project, id * 2 ** 24 + 1 + Math.floor(random() * 150)),
    (id: number) => items.delete(q.project, id * 2 ** 24 + 1 + Math.floor(random() * 150)),
  ];
  for (let presses = 0; presses < 40; presses += 1) {
    try {
      await pick(buttons)(pick(ids));
    } catch (error) {
      if (!(error instanceof Fault && EXPECTED.test(error.code))) throw error;
    }
    await sleep(random() * 10);
  }
}

/** Resumes what is paused, then waits for every end. */
async function settleDown(q: TestQueue, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await q.verbs.batches.resume(q.project, id).catch(() => undefined);
    await q.ended(id);
  }
}

async function deleteSoon(q: TestQueue, id: number, random: () => number): Promise<void> {
  await sleep(random() * 300);
  await q.verbs.batches.delete(q.project, id);
}

/** Deleting goes in steps, and what still ran may not bring a row back. */
async function checkGone(q: TestQueue, id: number): Promise<void> {
  for await (const { batch } of q.verbs.batches.watch(q.project, id, AbortSignal.timeout(120_000))) {
    assert.match(batch.status, /^delet/);
  }
  while ((await q.store.batches.snapshots([id]))[0]?.status !== 'deleted') await sleep(5);
  assert.deepEqual(await q.store.intake.payloads(id, 0, 10), []);
}

async function checkBooks(q: TestQueue, id: number): Promise<void> {
  const recount = await q.store.batches.recount(id);
  assert.deepEqual(recount?.kept, recount?.counted);
  const { counts, status } = (await q.verbs.batches.get(q.project, id)).batch;
  assert.ok(status === 'completed' || status === 'cancelled', status);
  assert.equal(counts.pending + counts.processing, 0);
  const { items } = await q.verbs.items.list(q.project, { batchId: id }, { limit: 1_000, cursor: null });
  assert.equal(items.length, totalOf(counts));
  for (const item of items) assert.ok(item.endedAt !== null, `${item.id} is ${item.status} and has no end`);
}
