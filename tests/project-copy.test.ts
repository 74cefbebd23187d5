import assert from 'node:assert/strict';
import { openAsBlob, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import { PreheatClient } from '#sdk/index.ts';
import { temporaryFolder } from './support/server.ts';

const KEY = 'a key that is long enough to encrypt with';
const [here, there] = [temporaryFolder(), temporaryFolder()];
const QUESTION = 'How many days of leave are there in a year?';
let source: RunningServer;
let target: RunningServer;
let dropDatabase: () => Promise<void> = async () => undefined;

const start = (folder: string, more: Readonly<Record<string, string>>): Promise<RunningServer> =>
  startServer(
    readConfig({ PREHEAT_DATA: folder, PREHEAT_PORT: '0', PREHEAT_REWARM_TOKENS_PER_DAY: '0', ...more }),
    { log: () => undefined },
  );
const clientOf = ({ url: baseUrl }: RunningServer, project = 'default'): PreheatClient =>
  new PreheatClient({ baseUrl, project, retries: 0 });

before(async () => {
  source = await start(here.path, { PREHEAT_ENCRYPTION_KEY: KEY });
  // From SQLite to PostgreSQL where there is one, from a store that is sealed to one that is not.
  const database = findPostgres() === null ? null : await temporaryDatabase();
  if (database !== null) dropDatabase = database.drop;
  target = await start(there.path, database === null ? {} : { DATABASE_URL: database.url });
});
after(async () => {
  await source.stop();
  await target.stop();
  await dropDatabase();
  here.remove();
  there.remove();
});

test(
  'a project is taken to another installation, and its answers are warm there',
  { timeout: 60_000 },
  async () => {
    const client = clientOf(source, 'north');
    await client.projects.create('north');
    await client.projects.change('north', { prompts: { project: 'Be brief.' } });
    const files = ['leave', 'pay'].map((name) => ({
      name: `${name}.md`,
      content: `# ${name}\n\nThere are 25 days of ${name} in a year. Ask the office about ${name}.\n`,
    }));
    await client.batches.wait((await client.documents.upload(files, { tags: ['hr'] })).id);
    const asked = await client.ask(QUESTION);
    const former = await client.ask('What does the office say about pay?');
    await client.schedules.create({
      name: 'daily',
      cron: '0 6 * * *',
      timeZone: 'UTC',
      workload: 'answers',
      items: [QUESTION],
    });
    await client.webhooks.create({ url: 'https://example.com/hook', events: ['batch.completed'] });
    const file = join(here.path, 'copy.jsonl');
    writeFileSync(file, await bytesOf(await client.projects.export('north')));
    assert.match(readFileSync(file, 'utf8'), /How many days of leave/);

    // Others have come before: ids are others there.
    const others = clientOf(target);
    await others.batches.wait(
      (await others.documents.upload([{ name: 'a.md', content: '# A\n\nIt is here.\n' }])).id,
    );
    await others.ask('Where is it?');
    const copy = await openAsBlob(file);
    const { project, counts } = await others.projects.import('south', copy);
    assert.deepEqual(
      [project.name, counts['documents'], counts['answers'], counts['files']],
      ['south', 2, 2, 2],
    );
    await assert.rejects(others.projects.import('south', copy), { code: 'project_exists' });

    const south = clientOf(target, 'south');
    const warm = await south.ask({ question: QUESTION, cache: 'only' });
    assert.deepEqual([warm.answer, warm.cache.status], [asked.answer, 'hit']);
    const [quoted] = warm.citations;
    const { items } = await south.documents.list();
    assert.ok(items.some(({ id, name }) => id === quoted?.documentId && name === quoted.document));
    assert.equal(
      (await south.ask({ question: 'What does the office say about pay?', cache: 'only' })).answer,
      former.answer,
    );
    assert.equal((await south.projects.get('south')).settings.prompts.project, 'Be brief.');
    const [schedule] = (await south.schedules.list()).items;
    assert.deepEqual([schedule?.isOn, schedule?.nextAt], [false, null]);
    assert.equal((await south.webhooks.list()).items[0]?.isOn, false);
    assert.deepEqual(
      (await others.documents.list()).items.map(({ name }) => name),
      ['a.md'],
    );

    // It goes on there like any other: a change makes the answer anew.
    const changed = '# leave\n\nThere are 30 days of leave in a year. Ask the office about leave.\n';
    await south.batches.wait((await south.documents.upload([{ name: 'leave.md', content: changed }])).id);
    assert.match((await south.ask(QUESTION)).answer, /30 days/);
    assert.equal((await client.ask(QUESTION)).answer, asked.answer);
  },
);

test(
  'it is taken back from there, with what was changed, and goes by another name beside the first',
  { timeout: 60_000 },
  async () => {
    const back = await clientOf(target, 'south').projects.export('south');
    const { counts } = await clientOf(source).projects.import('home', new Blob([await bytesOf(back)]));
    assert.deepEqual([counts['documents'], counts['files']], [2, 2]);
    assert.ok((counts['reports'] ?? 0) >= 1);
    const home = clientOf(source, 'home');
    const warm = await home.ask({ question: QUESTION, cache: 'only' });
    assert.match(warm.answer, /30 days/);
    assert.match((await clientOf(source, 'north').ask(QUESTION)).answer, /25 days/);
  },
);

test(
  'two who bring a project in under one name at once: one is told that it is taken',
  { timeout: 60_000 },
  async () => {
    const copy = await openAsBlob(join(here.path, 'copy.jsonl'));
    for (const server of [source, target]) {
      const client = clientOf(server);
      const done = await Promise.allSettled([1, 2].map(() => client.projects.import('twice', copy)));
      const refused = done.filter((each) => each.status === 'rejected');
      assert.deepEqual(
        refused.map(({ reason }) => reason.code),
        ['project_exists'],
      );
      const twice = clientOf(server, 'twice');
      assert.equal((await twice.ask({ question: QUESTION, cache: 'only' })).cache.status, 'hit');
      assert.equal((await twice.documents.list()).items.length, 2);
    }
  },
);

test('of a copy that is damaged or cut off nothing is kept', { timeout: 60_000 }, async () => {
  const client = clientOf(target);
  const lines = readFileSync(join(here.path, 'copy.jsonl'), 'utf8').trimEnd().split('\n');
  const broken: [string, string][] = [
    [`${lines.slice(0, -1).join('\n')}\n`, 'copy_broken'],
    [lines.join('\n').replace('25 days', '26 days'), 'copy_broken'],
    [`${lines.join('\n').replace(/"document_id":\d+/, '"document_id":999999')}\n`, 'copy_broken'],
    ['{"kind":"end","counts":{},"sha256":""}\n', 'copy_broken'],
    ['hello\n', 'copy_broken'],
    ['', 'not_a_copy'],
  ];
  for (const [text, code] of broken) {
    await assert.rejects(client.projects.import('west', new Blob([text])), { code });
    const { items } = await client.projects.list();
    assert.ok(!items.some(({ name }) => name === 'west'), code);
  }
  // It is free for the copy that is whole.
  const { project } = await client.projects.import('west', await openAsBlob(join(here.path, 'copy.jsonl')));
  assert.equal(project.name, 'west');
});

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
