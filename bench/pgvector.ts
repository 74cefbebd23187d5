import { openPostgresStore } from '#adapters/store/postgres/open.ts';
import { openPgvector } from '#adapters/vectors/pgvector/open.ts';
import { MemoryVectors } from '#adapters/vectors/memory/memory-vectors.ts';
import { PostgresPool } from '#clients/postgres.ts';
import { startPostgres } from '#clients/temporary-postgres.ts';
import type { VectorEntry } from '#ports/vectors.ts';
import { machine, print, row } from './figures.ts';
import { DIMENSIONS, makerOf } from './vectors.ts';

const QUERIES = 60;
const WARM_UP = 5;
const LIMIT = 56;
const GROUP = 1_000;

/**
 * `npm run bench -- pgvector`: exact search by pgvector in a PostgreSQL of its own, beside the scan in memory, at 10,000
 * and 100,000 × 384. Needs a PostgreSQL that has the extension. The limit is what a question asks of the index.
 */
export async function benchPgvector(): Promise<void> {
  const server = await startPostgres({
    listen_addresses: '127.0.0.1',
    fsync: 'off',
    shared_buffers: '1GB',
    max_wal_size: '4GB',
  });
  try {
    print(`The ${LIMIT} nearest, ${DIMENSIONS} dimensions, ${QUERIES} queries. ${machine()}`);
    await (await openPostgresStore({ url: server.url, connections: 1 })).close();
    for (const [at, count] of [10_000, 100_000].entries()) await measure(server.url, at + 1, count);
  } finally {
    await server.remove();
  }
}

async function measure(url: string, project: number, count: number): Promise<void> {
  const pool = new PostgresPool({
    url,
    connections: 4,
    applicationName: 'bench',
    statementTimeoutMs: 600_000,
    session: "set jit = off; set work_mem = '32MB'",
  });
  const make = makerOf('clustered', count);
  const { vectors, version } = await openPgvector(pool);
  const memory = new MemoryVectors();
  await pool.run(FIRST_ROWS, [project, count]);
  for (let from = 0; from < count; from += GROUP) {
    const added = Array.from({ length: GROUP }, (_, i): VectorEntry => {
      return { chunkId: project * 10_000_000 + from + i, documentId: project, vector: make() };
    });
    const bytes = added.map(({ vector }) => Buffer.from(vector.buffer));
    await pool.run(CHUNKS, [project, added.map(({ chunkId }) => chunkId), bytes]);
    memory.apply(project, 1, { added, removed: [] });
  }
  // A vacuum stands alone.
  for (const table of ['chunks', 'document_versions', 'projects'])
    await pool.script(`vacuum analyze ${table}`);
  vectors.apply(project, 1, { added: [], removed: [] });
  const search = () => ({ version: 1, vector: make(), limit: LIMIT });
  const from = performance.now();
  await vectors.search(project, search());
  const fillMs = performance.now() - from;
  await pool.script('vacuum analyze searched_vectors');
  const [inDatabase, inMemory]: [number[], number[]] = [[], []];
  for (let i = 0; i < QUERIES + WARM_UP; i += 1) {
    const asked = search();
    const one = await timed(() => vectors.search(project, asked));
    const other = await timed(() => memory.search(project, asked));
    if (JSON.stringify(one.value) !== JSON.stringify(other.value))
      throw new Error('They found something else.');
    if (i < WARM_UP) continue;
    inDatabase.push(one.ms);
    inMemory.push(other.ms);
  }
  const size = await pool.first("select pg_total_relation_size('searched_vectors') as bytes");
  print(
    `\n${count.toLocaleString('en')}, pgvector ${version}: rows written in ${(fillMs / 1_000).toFixed(1)} s`,
  );
  print(`table of all so far: ${Math.round((size?.['bytes'] as number) / 2 ** 20)} MiB`);
  row('in the database', inDatabase, 'ms');
  row('in memory', inMemory, 'ms');
  await vectors.close();
}

const FIRST_ROWS = `
  with p as (insert into projects (id, name, created_at, embedder, corpus_version) values ($1::bigint, $1::bigint::text, 0, 'bench', 1)),
       d as (insert into documents (id, project_id, name, created_at, updated_at) values ($1, $1, '', 0, 0))
  insert into document_versions (id, document_id, project_id, status, media_type, bytes, sha256, created_at, embedder, chunks)
  values ($1, $1, $1, 'published', '', 0, '', 0, 'bench', $2)`;

const CHUNKS = `
  insert into chunks (id, version_id, number, headings, paragraphs, tokens, vector)
  select id, $1, id, '[]', '[]', 500, vector from unnest($2::bigint[], $3::bytea[]) as g(id, vector)`;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const from = performance.now();
  const value = await work();
  return { ms: performance.now() - from, value };
}
