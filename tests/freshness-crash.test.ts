import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PreheatError } from '#sdk/index.ts';
import type { PreheatClient } from '#sdk/index.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import type { EditedDocument } from './support/edits.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const KILLS = 3;
const DOCUMENTS = 10;
const QUESTIONS = 12;

const [seed = 0] = seeds(1);

test(`a server killed while documents change serves nothing afterwards that they have overtaken (PREHEAT_TEST_SEED=${seed})`, async (t) => {
  const random = seeded(seed);
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const documents = makeDocuments(random, DOCUMENTS);
  const questions = makeQuestions(random, QUESTIONS);
  const history = new History(random, documents);
  let server = await startServerProcess(folder.path);
  t.after(() => server.stop('SIGKILL'));
  await upload(server.client, documents);
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const question of questions) await server.client.ask({ question });
    // Warm, and carried: the next change is tried on them.
    const killing = new AbortController();
    const editing = edit(server.client, history, killing.signal);
    await sleep(random() * 400);
    await server.stop('SIGKILL');
    killing.abort();
    await editing;
    server = await startServerProcess(folder.path);
    await settled(server.client);
    for (const question of questions) {
      const cached = await server.client.ask({ question });
      const anew = await server.client.ask({ question, cache: 'refresh' });
      assert.equal(cached.answer, anew.answer, `after kill ${kill}: ${question} (${cached.cache.status})`);
    }
  }
});

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
