import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresPool } from '#clients/postgres.ts';
import { findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import type { PreheatClient } from '#sdk/index.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const HAS_POSTGRES = findPostgres() !== null;
const database = HAS_POSTGRES ? await temporaryDatabase() : null;
const url = database?.url ?? '';
const pool = new PostgresPool({
  url,
  applicationName: 'test',
  connections: 1,
  statementTimeoutMs: 10_000,
});
const folder = temporaryFolder();
after(async () => {
  await pool.close();
  await database?.drop();
  folder.remove();
});

const HAS_PGVECTOR =
  HAS_POSTGRES &&
  (await pool.first("select 1 from pg_available_extensions where name = 'vector'")) !== undefined;

const serve = (vectors: 'memory' | 'pgvector'): Promise<ServerProcess> =>
  startServerProcess(folder.path, { DATABASE_URL: url, PREHEAT_VECTORS: vectors });

const NOTES = ['Holidays: everybody has 26 days a year.', 'Parking: two spaces, ask Ada.', 'Tea is free.'];

// Where the extension is missing, a start is refused: src/main/doctor/check-services.test.ts.
describe('servers on one database', { skip: !HAS_PGVECTOR && 'pgvector is not installed' }, () => {
  test('find the same, with the same scores, in memory and by pgvector, as documents change', async (t) => {
    const [one, other] = await Promise.all([serve('memory'), serve('pgvector')]);
    t.after(() => Promise.all([one.stop(), other.stop()]));
    const [memory, pgvector] = [one.client, other.client];
    const { parts } = await pgvector.system.ready();
    assert.match(parts.find(({ name }) => name === 'vectors')?.detail ?? '', /^pgvector \d/);
    await upload(pgvector, NOTES);
    await bothFind(memory, pgvector, 'How many holidays does everybody have?');
    const asked = await pgvector.ask('How many holidays does everybody have?');
    assert.match(asked.answer ?? '', /26 days/);
    await upload(memory, ['Holidays: everybody has 30 days a year.']);
    await bothFind(memory, pgvector, 'How many holidays does everybody have?');
    const changed = await pgvector.ask('How many holidays does everybody have?');
    assert.match(changed.answer ?? '', /30 days/);
    const [document] = (await memory.documents.list()).items;
    await memory.documents.delete(document?.id ?? '');
    await bothFind(memory, pgvector, 'Where do I park?');
  });

  test('keep nothing of a project that is deleted', async (t) => {
    const server = await serve('pgvector');
    t.after(() => server.stop());
    await server.client.projects.delete('default');
    while ((await rows()) > 0) await sleep(50);
  });
});

async function upload(client: PreheatClient, notes: readonly string[]): Promise<void> {
  const files = notes.map((content, n) => ({ name: `note-${n}.md`, content }));
  await client.batches.wait((await client.documents.upload(files)).id);
}

async function bothFind(memory: PreheatClient, pgvector: PreheatClient, query: string): Promise<void> {
  const [expected, found] = await Promise.all([memory, pgvector].map((each) => each.documents.search(query)));
  assert.ok((expected?.items.length ?? 0) > 0);
  assert.deepEqual(found, expected);
}

async function rows(): Promise<number> {
  return (await pool.first('select count(*) as n from searched_vectors'))?.['n'] as number;
}
