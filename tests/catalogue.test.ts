import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startOpenLibrary } from './support/catalogue/open-library-server.ts';
import type { OpenLibraryServer } from './support/catalogue/open-library-server.ts';
import { goodreadsCsv, makeWorld, reachable, SECRET } from './support/catalogue/world.ts';
import { seeds } from './support/random.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess, WorkerProcess } from './support/server.ts';

/** Smaller than a reader's real list, and faster than the real limit; scripts/catalogue.ts has the full size in real time. */
const SIZE = { listed: 60, levels: [15, 8, 4], worksEach: 6 };
const PER_SECOND = 60;
/** Of a batch with the preset `normal`. */
const CONCURRENCY = 5;
const [SEED = 1] = seeds(1);

describe(`a reading list is warmed (seed ${SEED})`, () => {
  const world = makeWorld(SEED, SIZE);
  const csv = { name: 'goodreads_library_export.csv', content: goodreadsCsv(world, 100, SEED) };
  const folder = temporaryFolder();
  let source: OpenLibraryServer;
  let server: ServerProcess;
  let workers: WorkerProcess[];

  const environment = (): Record<string, string> => ({
    PREHEAT_OPENLIBRARY_URL: source.url,
    PREHEAT_OPENLIBRARY_PER_SECOND: String(PER_SECOND),
    PREHEAT_CATALOGUE_CONTACT: 'ops@example.org',
    PREHEAT_RETRY_BASE_MS: '50',
    PREHEAT_SOURCE_BREAK_SECONDS: '1',
    PREHEAT_SYNCHRONOUS: 'NORMAL',
    PREHEAT_LOG_LEVEL: 'warn',
    // So few that no process takes all five of the batch: they share the source's rate.
    PREHEAT_CONCURRENCY: '2',
  });
  const start = (): Promise<ServerProcess> => startServerProcess(folder.path, environment());

  before(async () => {
    const faults = { busy: 0.02, broken: 0.03, cut: 0.03, slow: 0.05 };
    source = await startOpenLibrary(world, { perSecond: PER_SECOND, faults, seed: SEED });
    server = await start();
    workers = await Promise.all([1, 2].map(() => startWorkerProcess(folder.path, environment())));
  });
  after(async () => {
    await Promise.all([server, ...workers].map((each) => each.stop('SIGKILL')));
    await source.close();
    folder.remove();
  });

  test('every author in reach is fetched once, however the source behaves, within its rate, by three processes', async () => {
    const { id, total } = await server.client.batches.upload([csv], {
      workload: 'catalogue',
      options: { maxDepth: 2 },
      // The source's mishaps are drawn by chance: three of a kind for one author are not the matter here.
      maxAttempts: 8,
    });
    assert.equal(total, SIZE.listed);
    const batch = await server.client.batches.wait(id);
    const reach = reachable(world, 2).size;
    assert.deepEqual(
      { ...batch?.counts },
      { pending: 0, processing: 0, completed: reach, failed: 0, cancelled: 0, skipped: 0 },
    );
    assert.equal(batch?.discovered, reach - SIZE.listed);
    const queries = source.answered().map((call) => call.query);
    assert.equal(new Set(queries).size, reach);
    assert.ok(queries.length <= reach * 1.1, `${queries.length} answered calls for ${reach} authors`);
    assert.equal(source.worstExcess(), 0);
    assert.ok(source.mostTooEarly() < CONCURRENCY, `${source.mostTooEarly()} calls came too early`);
    assert.ok(source.calls.every((call) => call.userAgent.includes('(ops@example.org)')));
  });

  test('each item tells who led to it, and through what', async () => {
    const [batch] = (await server.client.batches.list({ workload: 'catalogue' })).items;
    const { items } = await server.client.batches.items(batch?.id ?? '', { limit: 1_000 });
    const byId = new Map(items.map((item) => [item.id, item]));
    const found = items.filter((item) => item.parentId !== null);
    assert.ok(found.length > 0);
    for (const item of found) {
      const parent = byId.get(item.parentId as string);
      assert.equal(item.depth, (parent?.depth ?? 9) + 1);
      assert.match(String(item.payload['why']), new RegExp(`wrote “.+” with ${parent?.description}`));
    }
    const children = await server.client.batches.items(batch?.id ?? '', { parent: found[0]?.parentId ?? '' });
    assert.ok(children.items.some((item) => item.id === found[0]?.id));
  });

  test('the same list again is skipped, and nobody is called', async () => {
    const before = source.calls.length;
    const { id } = await server.client.batches.upload([csv], {
      workload: 'catalogue',
      options: { maxDepth: 2 },
    });
    const batch = await server.client.batches.wait(id);
    assert.equal(batch?.counts.skipped, SIZE.listed);
    assert.equal(batch?.total, SIZE.listed);
    assert.equal(source.calls.length, before);
  });

  test('a deeper run goes on from what is known, and fetches only whom it newly reaches', async () => {
    const before = source.answered().length;
    const { id } = await server.client.batches.upload([csv], {
      workload: 'catalogue',
      options: { maxDepth: 3 },
    });
    const batch = await server.client.batches.wait(id);
    assert.equal(batch?.counts.failed, 0);
    assert.equal(source.answered().length - before, reachable(world, 3).size - reachable(world, 2).size);
  });

  test('killed at random moments nothing is lost, and no more is repeated than was on its way', async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    source.change({ faults: {} });
    const before = source.answered().length;
    const options = { maxDepth: 2, refresh: true };
    // What sources answered is kept for a day: other words for the same authors are other calls.
    const { id } = await server.client.batches.submit({
      workload: 'catalogue',
      options,
      items: namesAnew(world),
      // Slow enough to be killed three times before its end.
      paceMs: 40,
    });
    let kills = 0;
    let view = await server.client.batches.get(id);
    while (view.status !== 'completed') {
      if (kills < 3 && view.processed >= 10 * (kills + 1)) {
        kills += 1;
        await server.stop('SIGKILL');
        server = await start();
      }
      view = await server.client.batches.get(id, { waitSeconds: 20, sinceVersion: view.version });
    }
    const batch = await server.client.batches.get(id);
    assert.equal(kills, 3);
    assert.equal(batch.counts.failed + batch.counts.pending + batch.counts.processing, 0);
    const { items } = await server.client.batches.items(id, { limit: 1_000 });
    assert.ok(items.every((item) => item.status === 'completed' || item.reason !== null));
    const calls = source
      .answered()
      .slice(before)
      .map((call) => call.query);
    assert.ok(
      calls.length - new Set(calls).size <= 3 * CONCURRENCY,
      `${calls.length - new Set(calls).size} calls were repeated`,
    );
    assert.equal(source.worstExcess(), 0);
  });

  test('reviews and private notes are nowhere: not in the data, not in a call', async () => {
    assert.ok(csv.content.includes(SECRET));
    await server.stop();
    for (const name of readdirSync(folder.path, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      assert.ok(!readFileSync(join(name.parentPath, name.name)).includes(SECRET), name.name);
    }
    assert.ok(!JSON.stringify(source.calls).includes(SECRET));
  });
});

/** Authors by their names in another spelling of the query, so that nothing kept answers it. */
function namesAnew(world: ReturnType<typeof makeWorld>): string[] {
  return world.listed.map((index) => String(world.authors[index]?.name).toUpperCase());
}
