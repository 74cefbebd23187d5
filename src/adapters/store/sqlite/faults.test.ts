import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ClaimedItem } from '#domain/outcome.ts';
import { begin, claim, completed, draft, failed, NOW, rows, submit } from '#ports/store/samples.ts';
import type { TestStore } from '#ports/store/samples.ts';
import { StoreThread } from './remote.ts';
import { openTemporaryStore } from './temporary-store.ts';
import type { TemporaryStore } from './temporary-store.ts';

const THREADS = {
  writer: new URL('../../../main/threads/store-writer.ts', import.meta.url),
  scans: new URL('../../../main/threads/store-scans.ts', import.meta.url),
};

async function open(t: TestContext): Promise<{ temporary: TemporaryStore; store: TestStore }> {
  const temporary = await openTemporaryStore(THREADS);
  t.after(() => temporary.close());
  return { temporary, store: await begin(temporary) };
}

const page = { limit: 100, cursor: null };

test('a scan that cannot open the file fails by itself, and the next one opens it', async (t) => {
  const { temporary, store } = await open(t);
  const db = new DatabaseSync(temporary.file);
  t.after(() => db.close());
  const { holdings } = store.store;
  db.exec('alter table schedules rename to elsewhere');
  await assert.rejects(holdings.of(store.projectId), { code: 'store_failed' });
  db.exec('alter table elsewhere rename to schedules');
  assert.equal((await holdings.of(store.projectId)).documents, 0);
});

/** A process of its own that holds the write lock of a file until it is told to let go. */
async function holdLock(t: TestContext, file: string): Promise<{ letGo(): void }> {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(process.argv[1]);
    db.exec('begin immediate');
    process.stdout.write('held');
    process.stdin.once('data', () => { db.exec('commit'); process.exit(); });`;
  const holder = spawn(process.execPath, ['--eval', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return { letGo: () => void holder.stdin.write('now') };
}

test('while another process holds the write lock, writes wait and reads go on; then they succeed', async (t) => {
  const { temporary, store } = await open(t);
  const batch = await submit(store, 3);
  const holder = await holdLock(t, temporary.file);
  const order: string[] = [];
  const written = Promise.all([
    submit(store, 2).then(() => order.push('submitted')),
    claim(store, 1).then(() => order.push('claimed')),
  ]);
  for (let round = 1; round <= 20; round += 1) {
    const [found, listed, shown] = await Promise.all([
      store.store.batches.find(store.projectId, batch.id),
      store.store.items.list(store.projectId, { batchId: batch.id }, page),
      store.store.batches.snapshots([batch.id]),
    ]);
    assert.deepEqual([found?.counts.pending, listed.items.length, shown.length], [3, 3, 1]);
    await new Promise(setImmediate);
  }
  order.push('read, and the loop turned');
  holder.letGo();
  await written;
  assert.deepEqual(order, ['read, and the loop turned', 'submitted', 'claimed']);
  const { items } = await store.store.batches.list(store.projectId, {}, page);
  assert.deepEqual(
    items.map(({ counts }) => counts.pending + counts.processing),
    [2, 3],
  );
});

test('a NUL byte in a payload, a result or an error is kept as it is, and harms no neighbour', async (t) => {
  const { store } = await open(t);
  const nul = 'before\0after';
  const { id } = await store.store.intake.submit(
    draft(store.projectId, { name: nul, metadata: { note: nul } }),
    [{ payload: { question: nul } }, ...rows(2)],
    null,
    NOW,
  );
  const [a, b, c] = (await claim(store, 3)) as [never, never, never];
  const { late } = await store.store.items.settle(
    [
      { ...completed(a), outcome: { kind: 'completed', result: { text: nul }, effects: [] } },
      { ...failed(b), outcome: { kind: 'failed', error: { code: 'bad', message: nul } } },
      completed(c),
    ],
    NOW,
  );
  assert.deepEqual(late, []);
  const { items } = await store.store.items.list(store.projectId, { batchId: id }, page);
  assert.deepEqual(
    items.map(({ status, payload, result, error }) => [status, payload['question'], result, error?.message]),
    [
      ['completed', nul, { text: nul }, undefined],
      ['failed', 'question 1', null, nul],
      ['completed', 'question 2', null, undefined],
    ],
  );
  const batch = await store.store.batches.find(store.projectId, id);
  assert.deepEqual([batch?.name, batch?.metadata['note']], [nul, nul]);
});

test('a result of ten megabytes is kept whole', async (t) => {
  const { store } = await open(t);
  await submit(store, 1);
  const [item] = (await claim(store, 1)) as readonly [ClaimedItem];
  const text = 'ä'.repeat(5_000_000);
  const outcome = { kind: 'completed', result: { text }, effects: [] } as const;
  await store.store.items.settle([{ itemId: item.id, generation: item.generation, outcome }], NOW);
  const kept = await store.store.items.find(store.projectId, item.id);
  assert.equal(kept?.result?.['text'], text);
});

test('what cannot be sent to the writer at all fails its own call', async (t) => {
  const { store } = await open(t);
  const payload = { question: (() => 1) as never };
  await assert.rejects(store.store.intake.submit(draft(store.projectId), [{ payload }], null, NOW), {
    name: 'DataCloneError',
  });
  assert.equal((await submit(store, 1)).counts.pending, 1);
});

test('data of a newer Preheat is refused, and left as it is', async (t) => {
  const { temporary } = await open(t);
  await temporary.store.close();
  const current = setVersion(temporary.file, 999);
  const again = openTemporaryStore(THREADS, dirname(temporary.file));
  await assert.rejects(again, { code: 'store_too_new', kind: 'unavailable', message: /schema 999/ });
  assert.equal(setVersion(temporary.file, current), 999);
  const third = await openTemporaryStore(THREADS, dirname(temporary.file));
  await third.store.close();
});

/** Sets the version of the schema and gives the one before. */
function setVersion(file: string, version: number): number {
  const db = new DatabaseSync(file);
  const before = db.prepare('pragma user_version').get()?.['user_version'] as number;
  db.exec(`pragma user_version = ${version}`);
  db.close();
  return before;
}

test('a file that is no database is refused with the reason', async (t) => {
  const { temporary } = await open(t);
  await temporary.store.close();
  const folder = dirname(temporary.file);
  for (const name of ['preheat.db-wal', 'preheat.db-shm']) rmSync(join(folder, name), { force: true });
  writeFileSync(temporary.file, 'Dear diary, '.repeat(1_000));
  await assert.rejects(openTemporaryStore(THREADS, folder), {
    code: 'store_damaged',
    message: /not a database/,
  });
});

test('once closed, every call is refused; none waits for ever', async (t) => {
  const { store, temporary } = await open(t);
  await temporary.store.close();
  await temporary.store.close();
  await assert.rejects(submit(store, 1), { code: 'store_closed' });
  await assert.rejects(store.store.items.list(store.projectId, {}, page), { code: 'store_closed' });
});

test('when the thread dies, what waits for it and what comes later is told', async () => {
  const entry = `data:text/javascript,${encodeURIComponent(`
    import { workerData } from 'node:worker_threads';
    workerData.port.on('message', () => { throw new Error('It fell over.'); });
    workerData.port.postMessage('ready');`)}`;
  const died: string[] = [];
  const data = { file: 'none', synchronous: 'NORMAL' } as const;
  const thread = await StoreThread.start({ file: new URL(entry) }, data, (error) => died.push(error.message));
  const verbs = thread.verbs<() => { notes: { write(): void } }>();
  const refusal = { code: 'store_failed', message: /It fell over/ };
  await assert.rejects(verbs.notes.write(), refusal);
  await assert.rejects(verbs.notes.write(), refusal);
  assert.deepEqual(died, ['It fell over.']);
  await thread.close();
});
