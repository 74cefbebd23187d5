import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PreheatClient } from '#sdk/index.ts';
import { readOperations } from './support/fuzz/operations.ts';
import type { Operation } from './support/fuzz/operations.ts';
import { valueFor } from './support/fuzz/values.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ADMIN_KEY = 'the key of the settings';

/** A project, its key, what it is full of, and the ids of what it has. */
interface Side {
  readonly name: string;
  readonly word: string;
  readonly key: string;
  readonly client: PreheatClient;
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

interface Look {
  readonly mine: Side;
  readonly other: Side;
  /** Whose ids are named. */
  readonly at: Side;
  readonly random: () => number;
  readonly letIn: Set<string>;
}

/** What two projects may say of each other: nothing. Names of projects are no secret to whoever has a key for all. */
describe('a project', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let operations: readonly Operation[];
  let sides: readonly [Side, Side];
  before(async () => {
    server = await startServerProcess(folder.path, {
      PREHEAT_ADMIN_KEY: ADMIN_KEY,
      PREHEAT_LIMIT_PROJECT: '1000000/day',
    });
    operations = await readOperations(server.url);
    sides = [await fill(server.url, 'north', 'zanzibar'), await fill(server.url, 'south', 'timbuktu')];
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  for (const seed of seeds(1)) {
    test(`gets nothing of another by any operation, with its own ids or the other's (seed ${seed})`, async () => {
      const random = seeded(seed);
      const letIn = new Set<string>();
      for (const [mine, other] of [sides, sides.toReversed()] as [Side, Side][]) {
        for (const operation of operations)
          for (const at of [mine, mine, other]) await look(operation, { mine, other, at, random, letIn });
      }
      // Of the operations that a key of one project may call at all, most were really looked into.
      assert.ok(letIn.size > 35, `${letIn.size} operations were let in`);
    });
  }

  async function look(operation: Operation, { mine, other, at, random, letIn }: Look): Promise<void> {
    const sent = requestFor(random, operation, at);
    if (sent === null || (at === mine && operation.method === 'DELETE')) return;
    const response = await fetch(server.url + sent.path, {
      ...sent.init,
      headers: { ...sent.headers, Authorization: `Bearer ${mine.key}` },
      signal: AbortSignal.timeout(120_000),
    });
    const text = await readSome(response);
    const what = `${operation.method} ${sent.path} as ${mine.name}: ${response.status}`;
    assert.ok(!text.includes(other.word), `${what} told of ${other.name}: ${around(text, other.word)}`);
    for (const header of response.headers.values()) assert.ok(!header.includes(other.word), what);
    if (at === other && sent.isByItsId) assert.ok(response.status >= 400, `${what} was let in`);
    if (response.ok) letIn.add(`${operation.method} ${operation.path}`);
  }

  test('has lost and gained nothing by what the other did', async () => {
    for (const { client, word, ids } of sides) {
      const { items } = await client.documents.list({ limit: 100 });
      assert.ok(items.some(({ name }) => name === `${word}.md`));
      const asked = await client.ask(`What is the answer of ${word}?`);
      assert.deepEqual([asked.found, asked.citations[0]?.document], [true, `${word}.md`]);
      const [batch = ''] = ids.get('bat') ?? [];
      const held = await client.batches.items(batch);
      assert.ok(held.items.some(({ description }) => description === `How old is ${word}?`));
    }
  });

  test('does not find its words in what another asks, searches, exports or watches', async () => {
    const [north, south] = sides;
    for (const [mine, other] of [
      [north, south],
      [south, north],
    ] as const) {
      const asked = await mine.client.ask(`What is the answer of ${other.word}?`);
      assert.deepEqual([asked.found, asked.citations], [false, []]);
      const search = await get(mine, `/api/v1/search?q=${other.word}`);
      assert.doesNotMatch(search, new RegExp(`colour of ${other.word}`));
      for (const path of [
        '/api/v1/limits',
        '/api/v1/stats',
        '/api/v1/stats/hourly',
        '/api/v1/audit',
        '/api/v1/keys',
      ])
        assert.ok(!(await get(mine, path)).includes(other.word), path);
      const [batch = ''] = other.ids.get('bat') ?? [];
      for (const path of [`/api/v1/batches/${batch}/events`, `/api/v1/events?batches=${batch}`])
        assert.match(await get(mine, path), /not_found/, path);
    }
    const figures = await (
      await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${north.key}` } })
    ).json();
    assert.equal((figures as { code: string }).code, 'server_key_needed');
  });

  async function get(side: Side, path: string): Promise<string> {
    const response = await fetch(server.url + path, { headers: { Authorization: `Bearer ${side.key}` } });
    return readSome(response);
  }
});

/** Something of each kind, with the word in it. */
async function fill(url: string, name: string, word: string): Promise<Side> {
  const admin = new PreheatClient({ baseUrl: url, apiKey: ADMIN_KEY, project: name, retries: 0 });
  await admin.projects.create(name);
  await admin.projects.change(name, { prompts: { project: `Say ${word}.` } });
  const made = await admin.keys.create({ name: word, project: name, scopes: ['admin'] });
  const client = new PreheatClient({ baseUrl: url, apiKey: made.key, retries: 0 });
  const note = `# ${word}\n\nThe answer of ${word} is forty-two. The colour of ${word} is green.\n`;
  const documents = await client.documents.upload([{ name: `${word}.md`, content: note }], { tags: [word] });
  await client.batches.wait(documents.id);
  const batch = await client.batches.submit({
    workload: 'answers',
    name: word,
    metadata: { word },
    items: [`What is the colour of ${word}?`, `How old is ${word}?`],
  });
  await client.batches.wait(batch.id);
  const items = Array.from({ length: 3 }, (_, n) => `Is ${word} the number ${n}?`);
  const slow = await client.batches.submit({ workload: 'answers', items, paceMs: 3_600_000 });
  const schedule = { name: word, cron: '0 6 * * *', timeZone: 'UTC', workload: 'answers', items } as const;
  const said = [
    batch,
    documents,
    slow,
    await client.batches.items(batch.id),
    await client.ask(`What is the answer of ${word}?`),
    await client.ask(`Who rules ${word}?`),
    await client.asks.start(`When was ${word}?`),
    await client.answers.list(),
    await client.misses.list(),
    await client.documents.list(),
    await client.keys.list(),
    await client.schedules.create(schedule),
  ];
  const ids = new Map<string, string[]>();
  for (const [id, prefix] of JSON.stringify(said).matchAll(/\b([a-z]{3})_[a-z0-9]{1,20}\b/g))
    ids.set(prefix as string, [...new Set([...(ids.get(prefix as string) ?? []), id])]);
  return { name, word, key: made.key, client, ids };
}

const PREFIXES: Readonly<Record<string, string>> = {
  batchId: 'bat',
  itemId: 'itm',
  askId: 'ask',
  answerId: 'ans',
  missId: 'mis',
  documentId: 'doc',
  scheduleId: 'sch',
  keyId: 'key',
};

/** Null where there is nothing of that kind. What would delete or end what the test looks at later is left out. */
function requestFor(random: () => number, operation: Operation, at: Side) {
  let isByItsId = false;
  let isMissing = false;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'projectName') {
      isByItsId = true;
      return at.name;
    }
    const known = at.ids.get(PREFIXES[name] ?? '');
    isByItsId ||= known !== undefined;
    isMissing ||= known === undefined && PREFIXES[name] !== undefined;
    return known?.[Math.floor(random() * known.length)] ?? 'zzz_zzz';
  });
  if (isMissing || /\/(?:revoke|cancel|rotate)$|\/session$/.test(path)) return null;
  const query = operation.query
    .filter(({ name }) => name !== 'waitSeconds' && random() < 0.2)
    .map(
      ({ name, schema }) =>
        `${name}=${encodeURIComponent(String(valueFor(random, schema)).toWellFormed().slice(0, 200))}`,
    );
  const [type, schema] = Object.entries(operation.bodies).find(([each]) => each.includes('json')) ?? [];
  const isJson = operation.method !== 'GET' && schema !== undefined;
  return {
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    isByItsId,
    headers: isJson ? { 'Content-Type': type ?? '' } : {},
    init: {
      method: operation.method,
      ...(isJson ? { body: JSON.stringify(valueFor(random, schema)) ?? 'null' } : {}),
    },
  };
}

/** Of a stream the first that comes: a watcher is told how things stand at once. */
async function readSome(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.includes('event-stream') !== true) return response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

function around(text: string, word: string): string {
  const at = text.indexOf(word);
  return text.slice(Math.max(0, at - 100), at + 100);
}
