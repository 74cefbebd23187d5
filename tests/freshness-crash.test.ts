import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { administer, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { PreheatError } from '#sdk/index.ts';
import type { PreheatClient } from '#sdk/index.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import type { EditedDocument } from './support/edits.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

const KILLS = { sqlite: 3, postgres: 2 } as const;
const DOCUMENTS = 10;
const QUESTIONS = 12;

const [seed = 0] = seeds(1);

for (const on of STORES) {
  test(`a server killed while documents change serves nothing afterwards that they have overtaken, on ${on} (PREHEAT_TEST_SEED=${seed})`, (t) =>
    isKilled(t, on));
}

async function isKilled(t: TestContext, on: StoreKind): Promise<void> {
  const database = on === 'postgres' ? await temporaryDatabase() : null;
  const environment = database === null ? {} : { DATABASE_URL: database.url };
  const random = seeded(seed);
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const documents = makeDocuments(random, DOCUMENTS);
  const questions = makeQuestions(random, QUESTIONS);
  const history = new History(random, documents);
  let server = await startServerProcess(folder.path, environment);
  t.after(async () => {
    await server.stop('SIGKILL');
    await database?.drop();
  });
  await upload(server.client, documents);
  for (let kill = 0; kill < KILLS[on]; kill += 1) {
    for (const question of questions) await server.client.ask({ question });
    // Warm, and carried: the next change is tried on them.
    const killing = new AbortController();
    const editing = edit(server.client, history, killing.signal);
    await sleep(random() * 400);
    await server.stop('SIGKILL');
    killing.abort();
    await editing;
    if (database !== null) await runOut(database.url);
    server = await startServerProcess(folder.path, environment);
    await settled(server.client);
    for (const question of questions) {
      const cached = await server.client.ask({ question });
      const anew = await server.client.ask({ question, cache: 'refresh' });
      assert.equal(cached.answer, anew.answer, `after kill ${kill}: ${question} (${cached.cache.status})`);
    }
  }
}

/** On SQLite a start knows that it is alone; here whoever is gone is so when its lease has run out, in half a minute. */
async function runOut(url: string): Promise<void> {
  await administer(url, 'update workers set lease_until = 0');
  await administer(url, 'update flights set lease_until = 0');
}

/** Edits one after the other, until the server is gone. */
async function edit(client: PreheatClient, history: History, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      const { remove, put } = history.next();
      if (remove !== null) {
        const { items } = await client.documents.list({ text: remove }, { signal });
        await Promise.all(items.map(({ id }) => client.documents.delete(id, { signal })));
      }
      if (put !== null) await upload(client, [put], signal);
    }
  } catch (error) {
    // Whatever a killed server answers is no finding; what a living one refuses is.
    if (error instanceof PreheatError && error.status >= 400) throw error;
  }
}

async function upload(
  client: PreheatClient,
  documents: readonly EditedDocument[],
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const files = documents.map((document) => ({ name: document.name, content: textOf(document) }));
  const { id } = await client.documents.upload(files, {}, options);
  await client.batches.wait(id, options);
}

function textOf({ sections }: EditedDocument): string {
  return sections.map(({ heading, paragraphs }) => [`# ${heading}`, ...paragraphs].join('\n\n')).join('\n\n');
}

/** What was under way at the kill has gone on and ended. */
async function settled(client: PreheatClient): Promise<void> {
  const { items } = await client.batches.list({ status: 'processing' });
  for (const { id } of items) await client.batches.wait(id);
}
