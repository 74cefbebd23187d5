import { Fault } from '#domain/fault.ts';
import { PgvectorVectors } from './pgvector-vectors.ts';
import type { Sql } from './pgvector-vectors.ts';
import { TABLE } from './statements.ts';

const EXTENSION = `
  select default_version as offered, installed_version as version
    from pg_available_extensions where name = 'vector'`;

/** Of several processes that start together one makes the table. Any number that nobody else is likely to use. */
const LOCK = 7_400_000_002;

export interface OpenPgvector {
  readonly vectors: PgvectorVectors;
  /** Of the extension. */
  readonly version: string;
}

/**
 * Opens the search by pgvector, and makes the extension and its table where they are not there yet.
 *
 * @throws Fault `pgvector_missing` where the server of the database does not have the extension, or this user may not
 *   make it
 */
export async function openPgvector(sql: Sql): Promise<OpenPgvector> {
  const [extension] = await sql.all(EXTENSION);
  if (extension === undefined)
    throw missing('its server does not have the extension pgvector: install it there');
  if (extension['version'] === null) await makeExtension(sql);
  await sql.script(`begin; select pg_advisory_xact_lock(${LOCK}); ${TABLE}; commit`);
  const version = (extension['version'] ?? extension['offered']) as string;
  return { vectors: new PgvectorVectors(sql), version };
}

async function makeExtension(sql: Sql): Promise<void> {
  const make = 'create extension if not exists vector';
  try {
    await sql.script(`begin; select pg_advisory_xact_lock(${LOCK}); ${make}; commit`);
  } catch (error) {
    throw missing(
      `the extension pgvector could not be made there (${String(error)}): have a superuser run "${make}" in it`,
    );
  }
}

function missing(what: string): Fault {
  return new Fault(
    'unavailable',
    'pgvector_missing',
    `PREHEAT_VECTORS is pgvector, and the database of DATABASE_URL cannot serve it: ${what}, or set PREHEAT_VECTORS to memory.`,
  );
}
