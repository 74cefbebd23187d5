import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgres, startPostgres } from '#clients/temporary-postgres.ts';
import { Fault } from '#domain/fault.ts';
import { completed, draft, NOW, rows } from '#ports/store/samples.ts';
import { openPostgresStore } from './open.ts';

const skip = findPostgres() === null && 'PostgreSQL is not installed';

test('a server that stops, or crashes, under load is waited for, and nothing is lost', { skip }, async () => {
  const server = await startPostgres();
  const store = await openPostgresStore({ url: server.url, connections: 4 });
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === 'store_unreachable', String(error));
        await sleep(20);
      }
    }
  };
  try {
    const projectId = (await store.projects.ensure('default', NOW)).id;
    const workerId = await store.workers.register({ host: 'h', pid: 1, version: '0', role: 'worker' }, NOW);
    const { id } = await store.intake.submit(draft(projectId), rows(3_000), null, NOW);
    let isOver = false;
    const working = (async () => {
      while (!isOver) {
        const { items } = await patiently(() => store.items.claim({ workerId, limit: 10, now: NOW }));
        await patiently(() => store.items.settle(items.map(completed), NOW));
        // A claim whose reply was lost: what the heartbeat finds out in a living process.
        const booked = await patiently(() => store.workers.beat(workerId, NOW));
        await patiently(() => store.items.release(booked?.held ?? [], NOW));
        isOver = (await patiently(() => store.batches.end([id], NOW))).length > 0;
        if ((await patiently(() => store.batches.find(projectId, id)))?.status === 'completed') isOver = true;
      }
    })();
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      await sleep(100);
      await server.stop(signal);
      await assert.rejects(store.batches.find(projectId, id), { code: 'store_unreachable' });
      await server.start();
    }
    await working;
    const recount = await store.batches.recount(id);
    assert.deepEqual(recount?.kept, recount?.counted);
    assert.equal(recount?.counted.completed, 3_000);
  } finally {
    await store.close();
    await server.remove();
  }
});
