import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { documentWrites, publishVersion, sqliteDocuments } from '#adapters/store/sqlite/documents.ts';
import { migrate } from '#adapters/store/sqlite/migrate.ts';
import { projectWrites } from '#adapters/store/sqlite/projects.ts';
import { MemoryVectors } from '#adapters/vectors/memory/memory-vectors.ts';
import { openSqlite } from '#clients/sqlite.ts';
import { textOf } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import { PassageIndex } from '#core/documents/passage-index.ts';
import { retrievePassages } from '#core/documents/retrieve-passages.ts';
import type { Retrieval, RetrievalDeps } from '#core/documents/retrieve-passages.ts';

const never = new AbortController().signal;

/** Sections of an invented handbook, and what people ask about them. */
const FACTS: readonly (readonly [heading: string, text: string, question: string])[] = [
  ['Holidays', 'Everybody has 26 days of paid holiday a year.', 'How many days of holiday do I get?'],
  [
    'Carrying over',
    'Up to five unused days may be carried over into the next year.',
    'Can I carry over unused days?',
  ],
  ['Parking', 'Two spaces. Ask Ada for a permit.', 'Where can I park?'],
  ['Cycling', 'Bicycles stand in the shed behind the workshop.', 'Where do I leave my bicycle?'],
  ['Sickness', 'Ring your manager before 09:30 on the first day.', 'When must I ring when I am sick?'],
  [
    'Expenses',
    'Claims are paid within ten working days of approval.',
    'How long until expense claims are paid?',
  ],
  ['Trains', 'Second class is booked for journeys under three hours.', 'Which class do I travel on trains?'],
  ['Laptops', 'A broken laptop goes to the helpdesk in room 12.', 'My laptop is broken, what now?'],
  ['Passwords', 'Passwords have at least 14 characters and never expire.', 'How long must my password be?'],
  ['Visitors', 'Visitors sign in at reception and wear a blue badge.', 'What badge do visitors wear?'],
  ['Kitchen', 'Tea and coffee are free; the fridge is emptied on Fridays.', 'When is the fridge emptied?'],
  [
    'Fire alarm',
    'When the alarm rings, leave by the nearest door and gather at the oak.',
    'Where do we gather after the fire alarm?',
  ],
  [
    'Pension',
    'The company pays 8% of salary into the pension.',
    'How much does the company pay into my pension?',
  ],
];

const embedder = new LexicalEmbedder();
const vectorsOf = new Map<string, Float32Array>();
for (const [heading, text] of [...FACTS, ['About', 'We are Mizzle & Finch.'] as const]) {
  vectorsOf.set(heading + text, (await embedder.embed([`${heading}\n${text}`], never))[0] as Float32Array);
}
/** For the texts of tests that are about words only. */
const PLAIN = (await embedder.embed(['badger'], never))[0] as Float32Array;

describe('retrieval', () => {
  test('the passage that holds the fact comes first', async (t) => {
    const corpus = open(t);
    corpus.publish(
      'handbook.md',
      FACTS.map(([heading, text]) => [heading, text]),
    );
    for (const [heading, , question] of FACTS) {
      const { passages, corpusVersion } = await corpus.retrieve(question);
      assert.equal(passages[0]?.headings[0], heading, question);
      assert.equal(corpusVersion, 1);
      assert.ok(passages.every((passage, i) => i === 0 || passage.score <= (passages[i - 1]?.score ?? 0)));
    }
  });

  test('a misspelt word is found by its letters', async (t) => {
    const corpus = open(t);
    corpus.publish(
      'handbook.md',
      FACTS.map(([heading, text]) => [heading, text]),
    );
    assert.equal((await corpus.retrieve('pasword?')).passages[0]?.headings[0], 'Passwords');
  });

  test('the same question gives the same passages, in this process and in one that begins now', async (t) => {
    const corpus = open(t);
    corpus.publish(
      'a.md',
      FACTS.slice(0, 6).map(([heading, text]) => [heading, text]),
    );
    await corpus.retrieve('holiday');
    corpus.publish(
      'b.md',
      FACTS.slice(6).map(([heading, text]) => [heading, text]),
    );
    corpus.publish(
      'a.md',
      FACTS.slice(0, 5).map(([heading, text]) => [heading, text]),
    );
    const first = await corpus.retrieve('How many days of paid leave and which class?');
    assert.deepEqual(await corpus.retrieve('How many days of paid leave and which class?'), first);
    const fresh = { ...corpus.deps, index: openIndex(corpus.deps) };
    assert.deepEqual(await corpus.retrieve('How many days of paid leave and which class?', fresh), first);
  });

  test('a question of nothing but common words, and a corpus of nothing, are no errors', async (t) => {
    const corpus = open(t);
    assert.deepEqual((await corpus.retrieve('Who are we?')).passages, []);
    corpus.publish('a.md', [['About', 'We are Mizzle & Finch.']]);
    assert.equal((await corpus.retrieve('Who are we?')).passages.length, 1);
    assert.deepEqual((await corpus.retrieve('?!')).passages, []);
  });

  test('documents that change between any two reads are never mixed', async (t) => {
    const corpus = open(t);
    let version = 0;
    const publishNext = (): void => {
      version += 1;
      corpus.publish(
        'a.md',
        Array.from({ length: 1 + (version % 4) }, (_, i) => [`Part ${i}`, `badger of version ${version}`]),
      );
    };
    publishNext();
    const random = seeded(42);
    const moving = disturbed(corpus.deps, () => random() < 0.2 && publishNext());
    for (let i = 0; i < 200; i += 1) {
      const { corpusVersion, passages } = await corpus.retrieve('badger version', moving);
      assert.equal(passages.length, 1 + (corpusVersion % 4));
      for (const passage of passages) assert.equal(textOf(passage), `badger of version ${corpusVersion}`);
    }
    assert.ok(version > 100, `only ${version} versions were published`);
  });

  test('many questions at once during a change each see one version', async (t) => {
    const corpus = open(t);
    for (let i = 1; i <= 3; i += 1) corpus.publish('a.md', [['Part', `badger of version ${i}`]]);
    const slow = disturbed(corpus.deps, () => {});
    const asked = Array.from({ length: 50 }, () => corpus.retrieve('badger', slow));
    corpus.publish('a.md', [['Part', 'badger of version 4']]);
    for (const { corpusVersion, passages } of await Promise.all(asked)) {
      assert.deepEqual(passages.map(textOf), [`badger of version ${corpusVersion}`]);
    }
  });

  test('documents that never stand still are an error that a later try cures', async (t) => {
    const corpus = open(t);
    const restless = disturbed(corpus.deps, () => corpus.publish('a.md', [['Part', 'badger']]));
    await assert.rejects(
      corpus.retrieve('badger', restless),
      (error) => error instanceof Fault && error.code === 'corpus_moving' && error.retryAfterSeconds === 1,
    );
  });

  test('what is added and scores less than the floor changes nothing; the floor is that of the last that was taken', async (t) => {
    const corpus = open(t);
    corpus.publish(
      'handbook.md',
      FACTS.map(([heading, text]) => [heading, text]),
    );
    const ask = (): Promise<Retrieval> =>
      retrievePassages(corpus.deps, {
        projectId: corpus.projectId,
        keyId: null,
        question: 'How many days of holiday do I get?',
        limit: 3,
        signal: never,
      });
    const before = await ask();
    assert.equal(before.floor, before.passages.at(-1)?.score);
    corpus.publish('other.md', [['Astronomy', 'The telescope is never wiped.']]);
    const { corpusVersion, ...after } = await ask();
    assert.deepEqual({ ...after, corpusVersion: corpusVersion - 1 }, before);
    corpus.publish('more.md', [['Holidays', 'How many days of holiday do I get? Thirty days of holiday.']]);
    assert.ok((await ask()).passages.some((passage) => passage.documentName === 'more.md'));
  });

  test('a retrieval that took all that scores has no floor', async (t) => {
    const corpus = open(t);
    corpus.publish('a.md', [['Parking', 'badger']]);
    assert.equal((await corpus.retrieve('parking')).floor, null);
  });

  test('an index that was swept past is built anew', async (t) => {
    const corpus = open(t);
    corpus.publish('a.md', [['One', 'badger old']]);
    await corpus.retrieve('badger');
    corpus.publish('a.md', [['One', 'badger new']]);
    corpus.sweep();
    assert.deepEqual((await corpus.retrieve('badger')).passages.map(textOf), ['badger new']);
    const found = await corpus.deps.index.vectors.search(corpus.projectId, {
      version: 2,
      vector: PLAIN,
      limit: 9,
    });
    assert.equal(found?.length, 1);
  });
});

interface Corpus {
  readonly projectId: number;
  readonly deps: RetrievalDeps;
  readonly publish: (name: string, sections: readonly (readonly string[])[]) => void;
  readonly sweep: () => void;
  readonly retrieve: (question: string, deps?: RetrievalDeps) => Promise<Retrieval>;
}

function open(t: TestContext): Corpus {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-retrieval-'));
  const settings = {
    file: join(folder, 'store.sqlite'),
    busyTimeoutMs: 1_000,
    synchronous: 'NORMAL',
    cacheMiB: 8,
  } as const;
  const writer = openSqlite({ ...settings, readOnly: false });
  migrate(writer);
  const reader = openSqlite({ ...settings, readOnly: true });
  t.after(() => {
    reader.close();
    writer.close();
    rmSync(folder, { recursive: true });
  });
  const projectId = projectWrites(writer).ensure('default', 1).id;
  const writes = documentWrites(writer);
  const publishStaged = publishVersion(writer);
  const version = reader.prepare('select corpus_version from projects where id = ?');
  // Retrieval writes nothing, and scans nothing.
  const documents = sqliteDocuments(reader, {} as never, {} as never);
  const projects = { corpusVersion: async (id: number) => version.get(id)?.['corpus_version'] as number };
  const store = { projects, documents };
  const deps: RetrievalDeps = { store, index: openIndex({ store }), embedderOf: async () => embedder };
  return {
    projectId,
    deps,
    publish(name, sections) {
      const versionId = writes.stage(
        projectId,
        {
          name,
          mediaType: 'text/plain',
          bytes: 1,
          sha256: name,
          pages: null,
          itemId: 0,
          embedder: 'lexical-1',
          tags: null,
        },
        1,
      );
      writes.stageChunks(
        versionId,
        sections.map(([heading = '', text = '']) => toChunk(heading, text)),
      );
      publishStaged({ projectId, versionId }, 1);
    },
    sweep: () => void writes.sweep(1, 1_000),
    retrieve: (question, using = deps) =>
      retrievePassages(using, { projectId, keyId: null, question, limit: 8, signal: never }),
  };
}

function openIndex({ store }: Pick<RetrievalDeps, 'store'>): PassageIndex {
  return new PassageIndex(store.documents.passages, new MemoryVectors());
}

function toChunk(heading: string, text: string) {
  const vector = vectorsOf.get(heading + text) ?? PLAIN;
  return {
    headings: [heading],
    page: null,
    paragraphs: [{ hash: 'abcdefabcdefabcd', text }],
    tokens: 9,
    vector,
  };
}

/** The same store, where something else may happen before every read, and each read takes a turn of the event loop. */
function disturbed(deps: RetrievalDeps, before: () => unknown): RetrievalDeps {
  const { projects, documents } = deps.store;
  const { passages } = documents;
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    before();
  };
  const store = {
    projects: { corpusVersion: async (id: number) => (await turn(), projects.corpusVersion(id)) },
    documents: {
      list: documents.list,
      passages: {
        load: async (...args: Parameters<typeof passages.load>) => (await turn(), passages.load(...args)),
        changes: async (...args: Parameters<typeof passages.changes>) => (
          await turn(),
          passages.changes(...args)
        ),
        chunks: async (...args: Parameters<typeof passages.chunks>) => (
          await turn(),
          passages.chunks(...args)
        ),
      },
    },
  };
  return { ...deps, store, index: openIndex({ store }) };
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
