import { MemoryVectors } from '#adapters/vectors/memory/memory-vectors.ts';
import type { Health } from '#core/platform/health.ts';
import type { Vectors } from '#ports/vectors.ts';
import type { Config } from '../config.ts';

export interface OpenVectors {
  readonly vectors: Vectors;
  /** What people are told of it; null: it is in this process, and there is nothing to tell. */
  readonly vectorPart: Health['parts'][number] | null;
}

/** Connections of a process, for searches at once. */
export const VECTOR_CONNECTIONS = 4;

/** A scan of millions takes a second or two; a database that is busy, longer. */
const TIMEOUT_MS = 30_000;

/** Parallel plans are the planner's to choose; compiling a plan costs more than running it. */
const SESSION = "set jit = off; set work_mem = '32MB'";

/** The vector index that the settings name. After the store is open: its tables are there by then. */
export async function openVectors(config: Config): Promise<OpenVectors> {
  if (config.PREHEAT_VECTORS === 'memory') return { vectors: new MemoryVectors(), vectorPart: null };
  const { openPgvector } = await import('#adapters/vectors/pgvector/open.ts');
  const { PostgresPool } = await import('#clients/postgres.ts');
  const pool = new PostgresPool({
    url: config.DATABASE_URL,
    connections: VECTOR_CONNECTIONS,
    applicationName: 'preheat vectors',
    statementTimeoutMs: TIMEOUT_MS,
    session: SESSION,
  });
  try {
    const { vectors, version } = await openPgvector(pool);
    const detail = `pgvector ${version}, searched exactly in the database`;
    return { vectors, vectorPart: { name: 'vectors', isUp: true, detail } };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
