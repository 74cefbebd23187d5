import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { StoreLimiter } from '#adapters/limiter/store/store-limiter.ts';
import { openPostgresStore } from '#adapters/store/postgres/open.ts';
import { openTemporaryStore as openTemporaryDatabase } from '#adapters/store/postgres/temporary-store.ts';
import { openTemporaryStore } from '#adapters/store/sqlite/temporary-store.ts';
import { limiterContract } from '#ports/limiter.contract.ts';
import type { Limit } from '#ports/limiter.ts';
import type { Store } from '#ports/store/store.ts';
import { temporaryFolder } from './support/server.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

const THREADS = {
  writer: new URL('../src/main/threads/store-writer.ts', import.meta.url),
  scans: new URL('../src/main/threads/store-scans.ts', import.meta.url),
};

for (const kind of STORES) {
  const stores = await openThree(kind);
  const [store] = stores as [Store];
  limiterContract(`store on ${kind}`, new StoreLimiter(store.permits, Date.now));

  test(`${kind}: three stores on the same rows never let more through in any window`, async () => {
    const limit: Limit = { name: 'shared', calls: 3, windowMs: 60 };
    const limiters = stores.map(({ permits }) => new StoreLimiter(permits, Date.now));
    const arrivals: number[] = [];
    const wanting = { signal: AbortSignal.timeout(120_000), isUrgent: false, patienceMs: 120_000 };
    await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        const permit = await (limiters[i % 3] as StoreLimiter).take(limit, wanting);
        // Some arrive late in the time that their call takes.
        if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 15));
        arrivals.push(performance.now());
        permit?.done();
      }),
    );
    arrivals.forEach((at, i) => {
      const fourth = arrivals[i + limit.calls];
      assert.ok(fourth === undefined || fourth - at >= limit.windowMs, `4 within ${Number(fourth) - at} ms`);
    });
    assert.equal(arrivals.length, 24);
  });

  test(`${kind}: a pause that one was asked for holds all`, async () => {
    const limit: Limit = { name: 'held', calls: 3, windowMs: 20 };
    const [first, second] = stores.map(({ permits }) => new StoreLimiter(permits, Date.now)) as [
      StoreLimiter,
      StoreLimiter,
    ];
    const wanting = { signal: AbortSignal.timeout(120_000), isUrgent: false, patienceMs: 1_000 };
    (await first.take(limit, wanting))?.done();
    const until = Date.now() + 600_000;
    first.hold(limit.name, until);
    // Until the hold is written the second may get through: at most until it sees it.
    for (let permit = await second.take(limit, wanting); permit !== null;) {
      permit.done();
      permit = await second.take(limit, wanting);
    }
    assert.ok(Math.abs(second.heldUntil(limit.name) - until) < 60_000);
  });
}

/** The same rows seen through three stores, each as a process of its own has it. */
async function openThree(kind: StoreKind): Promise<readonly Store[]> {
  if (kind === 'postgres') {
    const temporary = await openTemporaryDatabase();
    const open = () => openPostgresStore({ url: temporary.url, connections: 3 });
    const others = [await open(), await open()];
    after(async () => {
      for (const store of others) await store.close();
      await temporary.close();
    });
    return [temporary.store, ...others];
  }
  const folder = temporaryFolder();
  const opened = [await openTemporaryStore(THREADS, folder.path)];
  opened.push(await openTemporaryStore(THREADS, folder.path), await openTemporaryStore(THREADS, folder.path));
  after(async () => {
    for (const each of opened) await each.close();
    folder.remove();
  });
  return opened.map(({ store }) => store);
}
