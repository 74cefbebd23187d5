import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { CompiledQuery } from 'kysely';
import type { Statements } from '#clients/postgres.ts';
import type { Tables } from '../sql/tables.ts';

/** Builds SQL and runs nothing: the shared queries are compiled with it, and run on this process's connections. */
export const postgres = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export function all(statements: Statements, query: CompiledQuery): Promise<Record<string, unknown>[]> {
  return statements.all(query.sql, query.parameters);
}
