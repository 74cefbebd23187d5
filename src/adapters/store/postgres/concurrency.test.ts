import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Client } from 'pg';
import { administer, findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import type { Fault } from '#domain/fault.ts';
import { itemId } from '#domain/ids.ts';
import { completed, draft, NOW, retried, rows } from '#ports/store/samples.ts';
import type { Store } from '#ports/store/store.ts';
import { openPostgresStore } from './open.ts';

/** Each store has connections of its own, as a process has: what meets here meets in the database. */
const PROCESSES = 4;

if (findPostgres() === null) test('processes at once', { skip: 'PostgreSQL is not installed' });
else await raceProcesses();

async function raceProcesses(): Promise<void> {
  const { url, drop } = await temporaryDatabase();
  // All at once: one of them makes the schema.
  const stores = await Promise.all(
    Array.from({ length: PROCESSES }, () => openPostgresStore({ url, connections: 4 })),
  );
  const [first] = stores as [Store];
  const projectId = (await first.projects.ensure('default', NOW)).id;
  const workers = await Promise.all(
    stores.map((store, pid) => store.workers.register({ host: 'h', pid, version: '0', role: 'worker' }, NOW)),
  );
  after(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await drop();
  });
  const submit = (count: number, changes = {}) =>
    first.intake.submit(draft(projectId, changes), rows(count), null, NOW);
  const claim = async (process: number, limit: number, now = NOW) =>
    (await (stores[process] as Store).items.claim({ workerId: workers[process] as number, limit, now }))
      .items;
  const eachProcess = (work: (store: Store, process: number) => Promise<void>): Promise<void[]> =>
    Promise.all(stores.map(work));
  const statusOf = async (id: number) => (await first.batches.find(projectId, id))?.status;

  test('many processes do every item once, and each batch ends by its last settle', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, async () => (await submit(150)).id));
    const claimed = new Map<number, number>();
    const ends: number[] = [];
    await eachProcess(async (store, process) => {
      for (;;) {
        const items = await claim(process, 1 + ((process * 7) % 30));
        if (items.length === 0) break;
        for (const { id } of items) claimed.set(id, (claimed.get(id) ?? 0) + 1);
        const { batchIds, late } = await store.items.settle(items.map(completed), NOW);
        assert.deepEqual(late, []);
        ends.push(...(await store.batches.end(batchIds, NOW)));
      }
    });
    assert.equal(claimed.size, 12 * 150);
    assert.ok([...claimed.values()].every((times) => times === 1));
    assert.deepEqual(
      ends.sort((a, b) => a - b),
      ids.sort((a, b) => a - b),
    );
    for (const id of ids) {
      const recount = await first.batches.recount(id);
      assert.deepEqual(recount?.kept, recount?.counted);
    }
  });

  test('a cancel also takes what is put back for another attempt while it takes its last step', async () => {
    const { id } = await submit(3);
    await first.batches.steer(projectId, id, { to: 'cancel' }, NOW);
    const settler = new Client({ connectionString: url });
    await settler.connect();
    // A claim that began before the cancel; its attempt fails, and the settle is not yet committed when the step comes.
    await settler.query(`update items set status = 'processing' where id = $1`, [itemId(id, 1)]);
    await settler.query('begin');
    await settler.query(`update items set status = 'pending', available_at = 1 where id = $1`, [
      itemId(id, 1),
    ]);
    const step = first.batches.advance(id, 10, NOW);
    const blocked =
      'select 1 from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0';
    while ((await settler.query(blocked)).rowCount === 0) await turn();
    await settler.query('commit');
    await settler.end();
    for (let isDone = await step; !isDone;) isDone = await first.batches.advance(id, 10, NOW);
    const { items } = await first.items.list(projectId, { batchId: id }, { limit: 10, cursor: null });
    assert.deepEqual(
      items.map(({ status }) => status),
      ['cancelled', 'cancelled', 'cancelled'],
    );
  });

  test('batches of one item that end at the same moment end once each', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await submit(PROCESSES);
      const held = await Promise.all(stores.map((_, process) => claim(process, 1)));
      const ended = await Promise.all(
        stores.map(async (store, process) => {
          const { batchIds } = await store.items.settle((held[process] ?? []).map(completed), NOW);
          return store.batches.end(batchIds, NOW);
        }),
      );
      assert.deepEqual(ended.flat(), [id]);
    }
  });

  test('a cancel beside claims leaves nothing to run, and nothing running', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { id } = await submit(200);
      let isOver = false;
      const working = eachProcess(async (store, process) => {
        while (!isOver) {
          const items = await claim(process, 7);
          await store.items.settle(items.slice(0, 5).map(completed), NOW);
        }
      });
      for (let wait = 0; wait < round; wait += 1) await turn();
      await first.batches.steer(projectId, id, { to: 'cancel' }, NOW);
      while (!(await first.batches.advance(id, 50, NOW)));
      isOver = true;
      await working;
      const recount = await first.batches.recount(id);
      assert.deepEqual(recount?.kept, recount?.counted);
      assert.equal((recount?.counted.pending ?? 0) + (recount?.counted.processing ?? 0), 0);
    }
  });

  test('a pause beside claims leaves nothing claimed that its claimer does not know of', async () => {
    const { id } = await submit(400);
    const held = new Set<number>();
    let isOver = false;
    const working = eachProcess(async (_store, process) => {
      while (!isOver) for (const item of await claim(process, 5)) held.add(item.id);
    });
    for (let wait = 0; wait < 5; wait += 1) await turn();
    await first.batches.steer(projectId, id, { to: 'pause' }, NOW);
    isOver = true;
    await working;
    const batch = await first.batches.find(projectId, id);
    assert.equal(batch?.counts.processing, held.size);
    await first.batches.steer(projectId, id, { to: 'cancel' }, NOW);
    while (!(await first.batches.advance(id, 500, NOW)));
  });

  test('a limit holds, and a pace is kept, however many processes claim', async () => {
    const limited = await submit(200, { concurrency: 3 });
    let most = 0;
    let running = 0;
    await eachProcess(async (store, process) => {
      for (let tries = 0; tries < 25; tries += 1) {
        const items = await claim(process, 10);
        running += items.length;
        most = Math.max(most, running);
        await turn();
        running -= items.length;
        await store.items.settle(items.map(completed), NOW);
      }
    });
    assert.ok(most > 0 && most <= 3, `${most} ran at once`);
    await first.batches.steer(projectId, limited.id, { to: 'cancel' }, NOW);
    while (!(await first.batches.advance(limited.id, 500, NOW)));
    await submit(5, { paceMs: 1_000 });
    const taken = await Promise.all(stores.map((_, process) => claim(process, 5)));
    assert.equal(taken.flat().length, 1);
    const next = await Promise.all(stores.map((_, process) => claim(process, 5, NOW + 1_000)));
    assert.equal(next.flat().length, 1);
  });

  test('a batch with a limit that somebody else has locked is looked at again in a moment', async () => {
    const { id } = await submit(3, { concurrency: 3 });
    const other = new Client({ connectionString: url });
    await other.connect();
    const look = () => first.items.claim({ workerId: workers[0] as number, limit: 3, now: NOW });
    await other.query('begin');
    await other.query('select id from batches where id = $1 for no key update', [id]);
    const { items, nextDueAt } = await look();
    assert.deepEqual([items.length, nextDueAt], [0, NOW + 20]);
    await other.query('commit');
    await other.end();
    const after = await look();
    assert.equal(after.items.length, 3);
    assert.notEqual((await look()).nextDueAt, NOW + 20, 'what is full is not locked');
    await first.items.settle(after.items.map(completed), NOW);
    await first.batches.end([id], NOW);
  });

  test('what a project may run at once holds, however many processes claim or take offers', async () => {
    const { id: capped } = await first.projects.ensure('capped', NOW);
    const { settings, version } = await first.projects.settings(capped);
    const caps = { pending: null, concurrency: 3, cachedBytes: null, documents: null };
    await first.projects.saveSettings(capped, { settings: { ...settings, caps }, version });
    const ids: number[] = [];
    for (let n = 0; n < 6; n += 1)
      ids.push(
        (
          await first.intake.submit(
            draft(capped, n % 2 === 0 ? {} : { concurrency: 2 }),
            rows(100),
            null,
            NOW,
          )
        ).id,
      );
    let most = 0;
    let running = 0;
    await eachProcess(async (store, process) => {
      const workerId = workers[process] as number;
      for (let tries = 0; tries < 25; tries += 1) {
        const { itemIds } = await store.offers.next({ limit: 10, offered: [], now: NOW });
        const items =
          tries % 2 === 0
            ? await claim(process, 10)
            : await store.offers.claim({ workerId, itemIds, now: NOW });
        running += items.length;
        most = Math.max(most, running);
        await turn();
        running -= items.length;
        await store.items.settle(items.map(completed), NOW);
      }
    });
    assert.ok(most > 0 && most <= 3, `${most} ran at once`);
    for (const id of ids) {
      await first.batches.steer(capped, id, { to: 'cancel' }, NOW);
      while (!(await first.batches.advance(id, 500, NOW)));
    }
  });

  test('adds and ends at once: what was taken in is done, what was refused is not there', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await submit(1);
      const [item] = await claim(0, 1);
      assert.equal(item?.batchId, id);
      const [added] = await Promise.all([
        (stores[1] as Store).intake.add(projectId, id, rows(2), NOW),
        (async () => {
          await first.items.settle([completed(item as never)], NOW);
          await first.batches.end([id], NOW);
        })(),
      ]);
      const batch = await first.batches.find(projectId, id);
      if (added.kind === 'moved') {
        assert.deepEqual([batch?.status, batch?.counts.pending], ['processing', 2]);
        await first.items.settle((await claim(1, 2)).map(completed), NOW);
        assert.deepEqual(await first.batches.end([id], NOW), [id]);
      } else assert.deepEqual([batch?.status, batch?.counts.pending], ['completed', 0]);
    }
  });

  test('what comes back while another process reaps is given back once', async () => {
    const { id } = await submit(60);
    const dead = await first.workers.register(
      { host: 'h', pid: 99, version: '0', role: 'worker' },
      NOW - 60_000,
    );
    await first.items.claim({ workerId: dead, limit: 60, now: NOW });
    await eachProcess(async (store) => void (await store.workers.reap(NOW, false)));
    const items = (await Promise.all(stores.map((_, process) => claim(process, 60)))).flat();
    assert.equal(items.length, 60);
    const detail = await first.items.find(projectId, items[0]?.id as number);
    assert.deepEqual([detail?.losses, detail?.attempts.length], [1, 1]);
    await first.items.settle(
      items.map((item) => retried(item, NOW + 9_000)),
      NOW,
    );
    await first.batches.steer(projectId, id, { to: 'cancel' }, NOW);
    while (!(await first.batches.advance(id, 500, NOW)));
    assert.equal(await statusOf(id), 'cancelled');
  });

  test('a database or a user that is not there is named with what to do, and without the password', async () => {
    const refusalOf = async (change: (address: URL) => void): Promise<string> => {
      const address = new URL(url);
      address.password = 'hunter2';
      change(address);
      try {
        await (await openPostgresStore({ url: address.href, connections: 1 })).close();
        return 'it was opened';
      } catch (error) {
        assert.equal((error as Fault).code, 'store_refused');
        assert.doesNotMatch((error as Fault).message, /hunter2/);
        return (error as Fault).message;
      }
    };
    assert.match(await refusalOf((it) => (it.pathname = '/nowhere')), /Create that database first/);
    assert.match(await refusalOf((it) => (it.username = 'nobody_knows')), /correct|Correct/);
  });

  test('connections that are ended under the store are replaced', async () => {
    const { id } = await submit(1);
    const others =
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    await administer(url, others);
    const found = await Promise.all(stores.map((store) => store.batches.find(projectId, id)));
    assert.ok(found.every((batch) => batch?.id === id));
  });
}
