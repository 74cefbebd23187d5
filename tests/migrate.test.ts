import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RowSum } from '#adapters/store/sql/moved-rows.ts';
import { administer, findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { runProgram } from './support/program.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const skip = findPostgres() === null && 'PostgreSQL is not installed';

test(
  'an installation moves to PostgreSQL whole, goes on there, and is moved but once',
  { skip, timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const { url, drop } = await temporaryDatabase();
    const from = `${folder.path}/preheat.db`;
    const migrate = () => runProgram(['migrate', '--from', from, '--to', url, '--json']);
    let server = await startServerProcess(folder.path);
    try {
      const { client } = server;
      await client.batches.wait((await client.documents.upload([DOCUMENT])).id);
      const lines = `${QUESTION}\nWhat is said of zebras?\n${QUESTION}`;
      const { id } = await client.batches.upload([{ name: 'q.txt', content: lines }], {
        workload: 'answers',
      });
      await client.batches.wait(id);
      await client.projects.create('other');
      const before = { batches: await client.batches.list(), documents: await client.documents.list() };

      const refused = await migrate();
      assert.equal(refused.code, 2);
      assert.match(refused.out, /server uses the data folder/);
      await server.stop();

      const moved = await migrate();
      assert.equal(moved.code, 0, moved.err);
      const { tables, files } = JSON.parse(moved.out) as {
        tables: { table: string; rows: number }[];
        files: number;
      };
      assert.equal(tables.find(({ table }) => table === 'items')?.rows, 4);
      assert.equal(files, 1);
      assert.match((await migrate()).out, /holds data already/);

      server = await startServerProcess(folder.path, { DATABASE_URL: url });
      const after = server.client;
      assert.deepEqual(
        { batches: await after.batches.list(), documents: await after.documents.list() },
        before,
      );
      assert.equal((await after.ask(QUESTION)).cache.status, 'hit');
      const next = await after.batches.submit({ workload: 'answers', items: ['How long is a week?'] });
      assert.ok(next.id > id, 'ids go on');
      assert.equal((await after.batches.wait(next.id))?.status, 'completed');
    } finally {
      await server.stop('SIGKILL');
      folder.remove();
      await drop();
    }
  },
);

test('a move into a database that is in use is refused before anything is written', { skip }, async () => {
  const folder = temporaryFolder();
  const { url, drop } = await temporaryDatabase();
  try {
    await administer(url, 'create table projects (name text)');
    const server = await startServerProcess(folder.path);
    await server.stop();
    const { code, err } = await runProgram(['migrate', '--from', `${folder.path}/preheat.db`, '--to', url]);
    assert.notEqual(code, 0);
    assert.match(err, /already exists|holds data/);
  } finally {
    folder.remove();
    await drop();
  }
});

test(
  'a move that was killed or met a damaged file is simply made again, and what was encrypted is encrypted there',
  { skip, timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const { url, drop } = await temporaryDatabase();
    const environment = { PREHEAT_ENCRYPTION_KEY: 'a key of at least thirty-two characters' };
    const words = ['migrate', '--from', `${folder.path}/preheat.db`, '--to', url];
    let server = await startServerProcess(folder.path, environment);
    try {
      await server.client.batches.wait((await server.client.documents.upload([DOCUMENT])).id);
      const told = await server.client.ask(QUESTION);
      await server.stop();

      const file = keptFile(folder.path);
      const content = readFileSync(file);
      writeFileSync(file, 'damaged');
      const damaged = await runProgram(words);
      assert.notEqual(damaged.code, 0);
      assert.match(damaged.err, /content is damaged/);
      writeFileSync(file, content);

      // At its first word of a table: in the middle of the rows.
      const onStart = (child: ChildProcess): void =>
        void child.stderr?.once('data', () => child.kill('SIGKILL'));
      assert.equal((await runProgram(words, { onStart })).code, null);

      const { code, err } = await runProgram(words);
      assert.equal(code, 0, err);
      await assert.rejects(startServerProcess(folder.path, { DATABASE_URL: url }), /was encrypted with/);
      server = await startServerProcess(folder.path, { ...environment, DATABASE_URL: url });
      const again = await server.client.ask(QUESTION);
      assert.deepEqual([again.cache.status, again.answer], ['hit', told.answer]);
      await administer(
        url,
        `do $$ begin
        assert (select count(*) = 1 and bool_and(question like 'sealed:%') from answers); end $$`,
      );
    } finally {
      await server.stop('SIGKILL');
      folder.remove();
      await drop();
    }
  },
);

test('a row that is missing, doubled or changed shows in the sum; the order does not', () => {
  const rows = [
    [1, 'a', null],
    [2, 'b\0', Uint8Array.of(1, 2)],
    [3, 'c', 0.1],
  ] as const;
  const sumOf = (given: readonly (readonly (string | number | Uint8Array | null)[])[]): RowSum => {
    const sum = new RowSum();
    for (const row of given) sum.add(row);
    return sum;
  };
  const whole = sumOf(rows);
  assert.ok(whole.equals(sumOf([rows[2], rows[0], [2, 'b\uFFFD', Buffer.from([1, 2])]])));
  for (const other of [
    rows.slice(1),
    [...rows, rows[0]],
    [rows[0], rows[0], rows[2]],
    [rows[0], rows[1], [3, 'c', 0.2]],
  ])
    assert.ok(!whole.equals(sumOf(other)));
});

/** The one that was uploaded. */
function keptFile(data: string): string {
  const names = readdirSync(join(data, 'blobs'), { recursive: true, encoding: 'utf8' });
  return join(data, 'blobs', names.find((name) => /[0-9a-f]{64}$/.test(name)) as string);
}

const QUESTION = 'How many days of leave are there in a year?';
const DOCUMENT = { name: 'leave.md', content: '# Leave\n\nThere are 25 days of leave in a year.\n' };
