import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { evictUnused } from '../src/core/platform/evict-unused.ts';
import { openSqliteStore } from '../src/adapters/store/sqlite/open.ts';
import { answerOf } from '../src/ports/store/answers.contract.ts';
import { PreheatClient } from '#sdk/index.ts';
import { STORE_THREADS } from './support/kept-stores.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const folder = temporaryFolder();
let server: ServerProcess;

before(async () => {
  server = await startServerProcess(folder.path);
});
after(async () => {
  await server.stop();
  folder.remove();
});

async function projectWith(name: string, caps: Parameters<PreheatClient['projects']['change']>[1]['caps']) {
  await server.client.projects.create(name);
  await server.client.projects.change(name, { caps });
  return new PreheatClient({ baseUrl: server.url, project: name, retries: 0 });
}

test('a project has as many items waiting as it may, and another as many as the server says', async () => {
  const small = await projectWith('small', { pending: 5 });
  const other = await projectWith('other', null);
  const items = Array.from({ length: 6 }, (_, n) => `What is the number ${n}?`);
  await assert.rejects(
    small.batches.submit({ workload: 'answers', items }),
    (error: { status: number; message: string }) => {
      assert.match(error.message, /a project may have 5 waiting \(the project's cap `pending`\)/);
      return error.status === 429;
    },
  );
  const { id } = await small.batches.submit({
    workload: 'answers',
    items: items.slice(0, 5),
    paceMs: 60_000,
  });
  await small.batches.pause(id);
  await assert.rejects(small.batches.add(id, { items: ['One more, and another?', 'And this?'] }), {
    code: 'queue_full',
  });
  await other.batches.submit({ workload: 'answers', items });
  const { holdings } = await small.system.limits();
  const pending = holdings.find(({ name }) => name === 'pending');
  assert.deepEqual([pending?.cap, (pending?.held ?? 0) >= 4], [5, true]);
});

test('a project has as many documents as it may: the rest of a batch fails, and says what to do', async () => {
  const client = await projectWith('library', { documents: 3 });
  const file = (n: number) => ({
    name: `note-${n}.md`,
    content: `# Note ${n}\n\nThe number of this note is ${n}.\n`,
  });
  const { id } = await client.documents.upload([1, 2, 3, 4, 5, 6, 7, 8].map(file));
  const ended = await client.batches.wait(id);
  assert.deepEqual([ended?.counts.completed, ended?.counts.failed], [3, 5]);
  const { items } = await client.batches.items(id, { status: 'failed' });
  assert.deepEqual([...new Set(items.map(({ error }) => error?.code))], ['documents_full']);
  assert.equal((await client.documents.list()).items.length, 3);
  const [first] = (await client.documents.list()).items;
  const again = await client.documents.upload([
    { name: first?.name ?? '', content: '# New\n\nIt says something else.\n' },
  ]);
  assert.equal(
    (await client.batches.wait(again.id))?.counts.completed,
    1,
    'a new version takes no more room',
  );
});

test('what a project may change is checked, and null goes back to what the server has', async () => {
  const changed = await server.client.projects.change('small', { caps: { pending: 7, cachedBytes: 1_000 } });
  assert.deepEqual(changed.settings.caps, {
    pending: 7,
    concurrency: null,
    cachedBytes: 1_000,
    documents: null,
  });
  assert.deepEqual(changed.effective.caps, {
    pending: 7,
    concurrency: null,
    cachedBytes: 1_000,
    documents: null,
  });
  await assert.rejects(server.client.projects.change('small', { caps: { pending: -1 } }), { status: 400 });
  const back = await server.client.projects.change('small', { caps: null });
  assert.deepEqual([back.settings.caps, back.effective.caps.pending], [null, 5_000_000]);
});

test('eviction takes what was used longest ago, of the project that is over, and never of another', async () => {
  const own = temporaryFolder();
  const store = await openSqliteStore({
    file: `${own.path}/preheat.db`,
    synchronous: 'NORMAL',
    threads: STORE_THREADS,
  });
  try {
    const ids = [];
    for (const name of ['over', 'under', 'free']) {
      const { id } = await store.projects.ensure(name, 1);
      ids.push(id);
      for (let n = 0; n < 50; n += 1)
        await store.answers.put(
          answerOf({ projectId: id, key: `k${n}`, question: `q${n + 100}`, createdAt: 1_000 + n }),
          null,
        );
    }
    const [over, under, free] = ids as [number, number, number];
    // The oldest of all is used.
    const used = await store.answers.findByKey(over, 'k0');
    await store.answers.countHits([{ answerId: used?.id ?? 0, hits: 1 }], 9_000);
    const { cachedBytes } = await store.holdings.of(over);
    for (const [id, share] of [
      [over, 0.5],
      [under, 1],
    ] as const) {
      const { settings, version } = await store.projects.settings(id);
      const caps = {
        pending: null,
        concurrency: null,
        documents: null,
        cachedBytes: Math.floor(cachedBytes * share),
      };
      await store.projects.saveSettings(id, { settings: { ...settings, caps }, version });
    }
    const forgotten: number[] = [];
    const evict = () =>
      evictUnused({
        store,
        standard: { pending: 0, concurrency: 0, cachedBytes: 0, documents: 0 },
        onEvicted: (id) => forgotten.push(id),
        log: () => undefined,
      });
    assert.equal(await evict(), 25);
    assert.deepEqual(forgotten, [over]);
    const left = async (id: number): Promise<number[]> => {
      const { items } = await store.answers.list(id, {}, { limit: 100, cursor: null });
      return items.map(({ question }) => Number(question.slice(1)) - 100).toSorted((a, b) => a - b);
    };
    assert.deepEqual(await left(over), [0, ...Array.from({ length: 24 }, (_, n) => n + 26)]);
    const all = Array.from({ length: 50 }, (_, n) => n);
    assert.deepEqual([await left(under), await left(free)], [all, all]);
    assert.equal(await evict(), 0, 'it comes to rest');
  } finally {
    await store.close();
    own.remove();
  }
});
