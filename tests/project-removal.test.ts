import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { REMOVALS } from '../src/adapters/store/sql/removal-rows.ts';
import { hasRedis, startRedis } from '../src/clients/temporary-redis.ts';
import type { TemporaryRedis } from '../src/clients/temporary-redis.ts';
import { PreheatClient } from '#sdk/index.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ADMIN_KEY = 'the key of the settings';
/** Of the whole installation, or of a project's batches: those go item by item. */
const OTHERS = new Set([
  'installation',
  'seal_keys',
  'seal_pass',
  'workers',
  'removed_projects',
  'project_arrivals',
  'projects',
  'batches',
  'items',
  'attempts',
  'batch_counts',
  'call_limits',
  'call_permits',
]);

const folder = temporaryFolder();
let redis: TemporaryRedis | null = null;
let server: ServerProcess;

before(async () => {
  redis = hasRedis() ? await startRedis({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' }) : null;
  server = await startServerProcess(folder.path, {
    PREHEAT_ADMIN_KEY: ADMIN_KEY,
    PREHEAT_LIMIT_PROJECT: '100000/day',
    ...(redis === null ? {} : { REDIS_CACHE_URL: redis.url }),
  });
});
after(async () => {
  await server.stop();
  await redis?.remove();
  folder.remove();
});

const clientOf = (project: string, apiKey = ADMIN_KEY): PreheatClient =>
  new PreheatClient({ baseUrl: server.url, apiKey, project, retries: 0 });
const open = (): DatabaseSync => new DatabaseSync(join(folder.path, 'preheat.db'), { readOnly: true });

/** A little of everything that a project may have, each with the word in it. */
async function fill(name: string, word: string): Promise<string> {
  const admin = clientOf(name);
  await admin.projects.create(name);
  await admin.projects.change(name, { prompts: { project: `Say ${word}.` }, tokensPerDay: 1_000 });
  const note = `# ${word}\n\nThe answer of ${word} is forty-two. The colour of ${word} is green.\n`;
  const documents = await admin.documents.upload([{ name: `${word}.md`, content: note }], { tags: [word] });
  await admin.batches.wait(documents.id);
  await admin.ask(`What is the answer of ${word}?`);
  await admin.ask(`What is the answer of ${word}?`);
  await admin.ask(`Who is the mayor of ${word}?`);
  const changed = await admin.documents.upload([
    { name: `${word}.md`, content: `${note}\nIts mayor is ${word}.\n` },
  ]);
  await admin.batches.wait(changed.id);
  const { id } = await admin.batches.submit({
    workload: 'answers',
    name: word,
    metadata: { word },
    items: [`What is the colour of ${word}?`, `How old is ${word}?`],
  });
  await admin.batches.wait(id);
  const slow = await admin.batches.submit({
    workload: 'answers',
    items: Array.from({ length: 50 }, (_, n) => `Is ${word} the number ${n}?`),
    paceMs: 60_000,
  });
  await admin.schedules.create({
    name: word,
    cron: '0 6 * * *',
    timeZone: 'UTC',
    workload: 'answers',
    items: [`What about ${word}?`],
  });
  // What is written down behind the answers is there before anybody counts: the slow batch stands still, misses are kept.
  const begun = async () => (await admin.batches.get(slow.id)).processed > 0;
  const isNoted = async () =>
    (await admin.misses.list()).items.some(({ question }) => question.startsWith('Who is'));
  while (!(await begun()) || !(await isNoted())) await sleep(20);
  const key = await admin.keys.create({ name: word, project: name, scopes: ['read'] });
  await clientOf(name, key.key).system.stats();
  await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.url },
    body: JSON.stringify({ key: key.key }),
  });
  await admin.system.limits();
  return slow.id;
}

test('every table of the store is known to the removal', () => {
  const db = open();
  const tables = db
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .all()
    .map((row) => row['name'] as string);
  db.close();
  const known = new Set([...REMOVALS.map(({ table }) => table), ...OTHERS]);
  assert.deepEqual(
    tables.filter((table) => !known.has(table)),
    [],
  );
});

test('a project that is deleted leaves no row, file or key behind, and another keeps all of its own', async () => {
  await fill('north', 'zanzibar');
  await fill('south', 'timbuktu');
  const before_ = rowsWith('timbuktu');
  assert.ok(before_.size >= 12 && rowsWith('zanzibar').size === before_.size, [...before_.keys()].join(', '));
  const slow = (await clientOf('north').batches.list({ status: 'processing' })).items[0];
  const watching = (async () => {
    const events = [];
    for await (const { event } of clientOf('north').batches.watch(slow?.id ?? '')) events.push(event);
    return events.at(-1);
  })();
  const key = (await clientOf('north').keys.list()).items.find(({ name }) => name === 'zanzibar');
  assert.ok(key);
  await clientOf('south').projects.delete('north');
  await assert.rejects(clientOf('north').system.stats(), { code: 'unknown_project' });
  assert.deepEqual(
    (await clientOf('south').projects.list()).items.map(({ name }) => name),
    ['default', 'south'],
  );
  await assert.rejects(clientOf('south').projects.delete('north'), { status: 404 });
  assert.equal(await watching, 'deleted');
  while (!isEnded()) await sleep(20);
  assert.deepEqual([...rowsWith('zanzibar')], []);
  // They go when no row names them any more.
  while (filesWith('zanzibar').length > 0 || (await keysWith('zanzibar')).length > 0) await sleep(20);
  assert.deepEqual(rowsWith('timbuktu'), before_);
  assert.equal((await clientOf('south').ask('What is the answer of timbuktu?')).found, true);
  const again = await clientOf('south').projects.create('north');
  assert.equal(again.corpusVersion, 0);
  assert.equal((await clientOf('north').ask('What is the answer of zanzibar?')).found, false);
  const { items } = await clientOf('north').documents.list();
  assert.deepEqual(items, []);
});

test('the project that is meant where none is named is there again at once, and empty', async () => {
  const client = new PreheatClient({ baseUrl: server.url, apiKey: ADMIN_KEY, retries: 0 });
  await client.batches.wait(
    (await client.documents.upload([{ name: 'a.md', content: '# A\n\nIt is here.\n' }])).id,
  );
  await client.projects.delete('default');
  assert.deepEqual((await client.documents.list()).items, []);
});

/** How many rows of each table hold the word, anywhere. */
function rowsWith(word: string): Map<string, number> {
  const db = open();
  const found = new Map<string, number>();
  for (const { name } of db.prepare("select name from sqlite_master where type = 'table'").all() as {
    name: string;
  }[]) {
    const count = db
      .prepare(`select * from ${name}`)
      .all()
      // Who did what to the server as a whole is on record.
      .filter((row) => !(name === 'audit' && row['project_id'] === null))
      .filter((row) => Object.values(row).some((value) => textOf(value).includes(word))).length;
    if (count > 0) found.set(name, count);
  }
  db.close();
  return found;
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

function filesWith(word: string): string[] {
  const blobs = join(folder.path, 'blobs');
  return readdirSync(blobs, { recursive: true })
    .map((name) => join(blobs, String(name)))
    .filter((path) => textIn(path).includes(word));
}

/** Empty for a folder, and for a file that goes meanwhile. */
function textIn(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return '';
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOENT');
    return '';
  }
}

async function keysWith(word: string): Promise<string[]> {
  const keys = redis === null ? [] : ((await redis.command('keys', '*')) as string[]);
  const db = open();
  const [south] = db.prepare("select id from projects where name = 'south'").all();
  db.close();
  return keys.filter(
    (key) => key.includes(word) || (key.includes('{') && !key.includes(`{${Number(south?.['id'])}}`)),
  );
}

function isEnded(): boolean {
  const db = open();
  const ended = db.prepare('select ended_at from removed_projects').all();
  db.close();
  return ended.length === 1 && ended[0]?.['ended_at'] !== null;
}
