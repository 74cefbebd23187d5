import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '#clients/temporary-postgres.ts';
import { completed, draft, failed, NOW, rows } from '#ports/store/samples.ts';
import type { Store } from '#ports/store/store.ts';
import { openPostgresStore } from './open.ts';

const skip = findPostgres() === null && 'PostgreSQL is not installed';

/** The server writes down how it went about each statement. */
const EXPLAINING = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  autovacuum: 'off',
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
};

test(
  'claims, settles and ends go by their indexes, though the tables were never counted',
  { skip },
  async () => {
    const server = await startPostgres(EXPLAINING);
    try {
      const store = await openPostgresStore({ url: server.url, connections: 2 });
      await work(store);
      await store.close();
      const plans = readFileSync(join(server.folder, 'log'), 'utf8').split(/^\S+ \S+ \S+ \[\d+\] /m);
      const planOf = (what: RegExp): string =>
        plans.findLast((plan) => what.test(plan)) ?? assert.fail(String(what));
      const claim = planOf(/cross join lateral[^]*update items set status = 'processing'/);
      assert.match(claim, /items_ready/);
      assert.match(claim, /items_pkey/);
      for (const settle of [/with given as materialized/, /g\(id, generation, result\)/])
        assert.match(planOf(settle), /Index Scan using items_pkey on items/);
      const probe = planOf(/select id from batches b where b\.id = any/);
      assert.match(probe, /items_processing/);
      assert.doesNotMatch(probe, /hashed SubPlan/);
      for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan on (items|attempts|answers|chunks)\b/);
    } finally {
      await server.remove();
    }
  },
);

async function work(store: Store): Promise<void> {
  const { id: projectId } = await store.projects.ensure('default', NOW);
  const workerId = await store.workers.register({ host: 'h', pid: 1, version: '0', role: 'server' }, NOW);
  const { id } = await store.intake.submit(draft(projectId), rows(5_000), null, NOW);
  const { items: all } = await store.items.claim({ workerId, limit: 500, now: NOW });
  await store.items.settle(all.slice(0, 100).map(completed), NOW);
  const items = all.slice(100);
  const endings = items.map((item, i) => (i % 9 === 0 ? failed(item) : completed(item)));
  await store.items.settle(endings, NOW);
  await store.batches.end([id], NOW);
  await store.workers.beat(workerId, NOW);
  await store.workers.reap(NOW, false);
  await store.batches.steer(projectId, id, { to: 'cancel' }, NOW);
  await store.batches.advance(id, 500, NOW);
  await store.answers.findByKey(projectId, 'k');
}
