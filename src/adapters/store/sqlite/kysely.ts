import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery } from 'kysely';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Tables } from '../sql/tables.ts';

/** Builds SQL and runs nothing: the shared queries are compiled with it, and run on this process's connections. */
export const sqlite = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

export function all(db: DatabaseSync, query: CompiledQuery): Record<string, unknown>[] {
  return db.prepare(query.sql).all(...(query.parameters as SQLInputValue[]));
}
