import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { MemoryVectors } from '#adapters/vectors/memory/memory-vectors.ts';
import { openPgvector } from '#adapters/vectors/pgvector/open.ts';
import { PgvectorVectors } from '#adapters/vectors/pgvector/pgvector-vectors.ts';
import type { Sql } from '#adapters/vectors/pgvector/pgvector-vectors.ts';
import { vectorsContract } from '#ports/vectors.contract.ts';
import type { VectorChanges, VectorEntry, VectorScores, VectorSearch, Vectors } from '#ports/vectors.ts';
import { seeded, seeds } from './support/random.ts';

/** The extension as Debian does not package it: a PostgreSQL in this process that has it. One for all tests here. */
const db = await PGlite.create({ extensions: { vector } });
after(() => db.close());

const sql: Sql = {
  async all(text, values = []) {
    return (await db.query<Record<string, unknown>>(text, [...values])).rows;
  },
  run: async (text, values = []) => (await db.query(text, [...values])).affectedRows ?? 0,
  script: async (text) => void (await db.exec(text)),
  close: async () => undefined,
};

const MIGRATIONS = new URL('../src/adapters/store/postgres/migrations/', import.meta.url);
for (const file of readdirSync(MIGRATIONS).sort())
  await db.exec(readFileSync(new URL(file, MIGRATIONS), 'utf8'));

/** What the store does when documents change: chunks, each in a version by itself, come and go with a corpus version. */
await db.exec(`
  create function change(project bigint, version bigint, added jsonb, removed bigint[]) returns void language plpgsql as $$
  declare each jsonb; made bigint;
  begin
    insert into projects (id, name, created_at, embedder) values (project, project::text, 0, 'plain') on conflict do nothing;
    update document_versions v set status = 'retired' from chunks c where c.version_id = v.id and c.id = any(removed);
    for each in select value from jsonb_array_elements(added) loop
      insert into documents (id, project_id, name, created_at, updated_at)
      values ((each->>'documentId')::bigint, project, each->>'documentId', 0, 0) on conflict do nothing;
      insert into document_versions (document_id, project_id, status, media_type, bytes, sha256, created_at, embedder, chunks)
      values ((each->>'documentId')::bigint, project, 'published', '', 0, '', 0, 'plain', 1) returning id into made;
      insert into chunks (id, version_id, number, headings, paragraphs, tokens, vector)
      values ((each->>'chunkId')::bigint, made, 0, '[]', '[]', 1, decode(each->>'vector', 'hex'));
    end loop;
    if version is not null then update projects set corpus_version = version where id = project; end if;
  end $$`);
const { version: extension } = await openPgvector(sql);

async function changeRows(
  ...[project, version, added, removed]: [number, number | null, readonly VectorEntry[], readonly number[]]
): Promise<void> {
  const rows = added.map((entry) => ({ ...entry, vector: Buffer.from(entry.vector.buffer).toString('hex') }));
  await db.query('select change($1, $2, $3, $4)', [project, version, JSON.stringify(rows), [...removed]]);
}

const REVISIONS = 1e9;
const DOCUMENTS = 1_000;
let projects = 0;
let revisions = 0;

/**
 * The adapter on rows that are there before it is told of them, as in the product. Chunks of the store never change, so
 * one that comes again is another row: its number, then that of the revision.
 */
class StoredVectors implements Vectors {
  readonly #vectors = new PgvectorVectors(sql);
  readonly #project = (projects += 10);
  readonly #current = new Map<string, number>();

  versionOf(projectId: number): number | null {
    return this.#vectors.versionOf(this.#project + projectId);
  }

  apply(projectId: number, version: number | null, { added, removed }: VectorChanges): void {
    const project = this.#project + projectId;
    const old = [...removed, ...added.map(({ chunkId }) => chunkId)].map((id) => this.#idOf(project, id));
    const entries = added.map(({ chunkId, documentId, vector: values }): VectorEntry => {
      revisions += 1;
      this.#current.set(`${project}/${chunkId}`, chunkId * REVISIONS + revisions);
      const current = this.#idOf(project, chunkId);
      return { chunkId: current, documentId: project * DOCUMENTS + documentId, vector: values };
    });
    // In order: what the adapter does comes after it.
    void changeRows(project, version, entries, old);
    this.#vectors.apply(project, version, { added: entries, removed: old });
  }

  async search(projectId: number, search: VectorSearch) {
    const project = this.#project + projectId;
    const { documents } = search;
    const among =
      documents === undefined
        ? {}
        : { documents: new Set([...documents].map((id) => project * DOCUMENTS + id)) };
    const found = await this.#vectors.search(project, { ...search, ...among });
    return found?.map(({ chunkId, score }) => ({ chunkId: Math.floor(chunkId / REVISIONS), score })) ?? null;
  }

  scores(projectId: number, request: VectorScores) {
    const project = this.#project + projectId;
    const chunkIds = request.chunkIds.map((id) => this.#idOf(project, id));
    return this.#vectors.scores(project, { ...request, chunkIds });
  }

  forget(projectId: number): void {
    this.#vectors.forget(this.#project + projectId);
  }

  close(): Promise<void> {
    return this.#vectors.close();
  }

  #idOf(project: number, chunkId: number): number {
    return this.#current.get(`${project}/${chunkId}`) ?? 0;
  }
}

vectorsContract(() => new StoredVectors(), 25);

for (const seed of seeds(3)) {
  test(`what it finds is what a scan in memory finds, bit for bit (seed ${seed})`, async (t) => {
    const random = seeded(seed);
    const [stored, memory] = [new StoredVectors(), new MemoryVectors()];
    t.after(() => Promise.all([stored.close(), memory.close()]));
    const corpus = new RandomCorpus(random);
    for (let version = 1; version <= 6; version += 1) {
      const changes = corpus.change();
      for (const vectors of [stored, memory]) vectors.apply(1, version, changes);
      for (const limit of [1, 5, 40]) {
        const documents = random() < 0.5 ? {} : { documents: new Set([1, 2]) };
        const search = { version, vector: corpus.question(), limit, ...documents };
        const found = await stored.search(1, search);
        assert.deepEqual(found, await memory.search(1, search));
        const chunkIds = [999, ...(found ?? []).map(({ chunkId }) => chunkId)];
        const asked = { version, vector: search.vector, chunkIds };
        assert.deepEqual(await stored.scores(1, asked), await memory.scores(1, asked));
      }
    }
  });
}

describe('rows that all processes share', () => {
  test('a process that is behind finds nothing, rather than something of two versions', async (t) => {
    const { project, vectors, search } = await small(t);
    assert.equal((await search(1))?.length, 2);
    await db.query('update projects set corpus_version = 2 where id = $1', [project]);
    assert.equal(vectors.versionOf(project), 1);
    assert.equal(await search(1), null);
    assert.equal(await vectors.scores(project, { version: 1, vector: X, chunkIds: [project] }), null);
    vectors.apply(project, 2, { added: [], removed: [] });
    assert.equal((await search(2))?.length, 2);
  });

  test('rows that were lost are written again by the search that misses them', async (t) => {
    const { project, search } = await small(t);
    const before = await search(1);
    await db.query('delete from searched_vectors where project_id = $1', [project]);
    assert.deepEqual(await search(1), before);
    assert.equal(await rowsOf(project), 2);
  });

  test('after another embedder took its place, nothing of the old one is found or kept', async (t) => {
    const { project, vectors, search } = await small(t);
    await search(1);
    for (const id of [project, project + 1])
      await db.query("insert into chunk_vectors (chunk_id, embedder, vector) values ($1, 'other', $2)", [
        id,
        new Uint8Array(Float32Array.of(0, 0, 1).buffer),
      ]);
    await db.query("update projects set embedder = 'other', corpus_version = 2 where id = $1", [project]);
    vectors.forget(project);
    vectors.apply(project, 2, { added: [], removed: [] });
    assert.deepEqual(await search(2), [
      { chunkId: project, score: 0 },
      { chunkId: project + 1, score: 0 },
    ]);
    assert.equal(await rowsOf(project), 2);
  });

  test('they go with their chunks', async (t) => {
    const { project, search } = await small(t);
    await search(1);
    await db.query('delete from chunks where id = $1', [project]);
    assert.equal(await rowsOf(project), 1);
  });

  test('a vector that the extension cannot hold is no obstacle', async (t) => {
    const { project, vectors, search } = await small(t);
    const entry = { chunkId: project + 2, documentId: project, vector: new Float32Array() };
    await changeRows(project, 2, [entry], []);
    vectors.apply(project, 2, { added: [entry], removed: [] });
    assert.equal((await search(2))?.length, 2);
    assert.deepEqual(await vectors.search(project, { version: 2, vector: new Float32Array(), limit: 1 }), []);
  });
});

test('a database without the extension is refused, and the message says what to do', async () => {
  const bare: Sql = { ...sql, all: async () => [] };
  await assert.rejects(openPgvector(bare), {
    code: 'pgvector_missing',
    message: /install it.*PREHEAT_VECTORS/,
  });
  assert.match(extension, /^\d+\.\d+/);
});

const X = Float32Array.of(1, 0, 0);

/** A project of two chunks, at corpus version 1. */
async function small(t: TestContext) {
  const project = (projects += 10);
  const vectors = new PgvectorVectors(sql);
  t.after(() => vectors.close());
  const added = [0, 1].map((at) => ({
    chunkId: project + at,
    documentId: project,
    vector: Float32Array.of(1 - at, at, 0),
  }));
  await changeRows(project, 1, added, []);
  vectors.apply(project, 1, { added, removed: [] });
  return {
    project,
    vectors,
    search: (version: number) => vectors.search(project, { version, vector: X, limit: 9 }),
  };
}

async function rowsOf(project: number): Promise<number> {
  const [row] = await sql.all('select count(*) as n from searched_vectors where project_id = $1', [project]);
  return row?.['n'] as number;
}

/** Vectors of 384 dimensions, some of them nearly or wholly the same, in four documents. */
class RandomCorpus {
  readonly #random: () => number;
  readonly #vectors = new Map<number, Float32Array>();
  #last = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  change(): VectorChanges {
    const removed = [...this.#vectors.keys()].filter(() => this.#random() < 0.2);
    for (const id of removed) this.#vectors.delete(id);
    const added = Array.from({ length: 30 }, (): VectorEntry => {
      this.#last += 1;
      const values = this.question();
      this.#vectors.set(this.#last, values);
      return { chunkId: this.#last, documentId: 1 + (this.#last % 4), vector: values };
    });
    return { added, removed };
  }

  /** New, or one of those that are there, or that one but for a last bit. */
  question(): Float32Array {
    const known = [...this.#vectors.values()];
    const one = known[Math.floor(this.#random() * known.length)];
    const kind = this.#random();
    if (one === undefined || kind < 0.2) return this.#new();
    if (kind < 0.3) return one;
    const place = Math.floor(this.#random() * one.length);
    return one.map((value, i) => (i === place ? value * (1 + 2 ** -23) : value));
  }

  #new(): Float32Array {
    const values = Float32Array.from({ length: 384 }, () => this.#random() - 0.5);
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  }
}
