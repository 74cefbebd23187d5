import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#domain/fault.ts';
import type { Session } from './session.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

/** Any number that no other program on the same database is likely to use. */
const MIGRATION_LOCK = 7_400_000_001;

/**
 * Brings the database's schema to the newest version, kept in `preheat_schema`. All steps run in one transaction
 * under an advisory lock, so of many processes that start together one migrates and the others find it done.
 *
 * @throws Fault `store_too_new` when a newer Preheat wrote the database
 */
export async function migrate(session: Session): Promise<void> {
  const steps = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await session.transaction(async (tx) => {
    // `create table if not exists` collides with itself when two run it at once: only under the lock.
    await tx.all('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await tx.run('create table if not exists preheat_schema (version integer not null)');
    const version = ((await tx.first('select version from preheat_schema'))?.['version'] ?? 0) as number;
    if (version > steps.length) {
      throw new Fault(
        'unavailable',
        'store_too_new',
        `The database was written by a newer Preheat (schema ${version}, this one knows ${steps.length}): upgrade Preheat, or restore a backup.`,
      );
    }
    if (version === steps.length) return;
    for (const step of steps.slice(version)) await tx.script(readFileSync(join(FOLDER, step), 'utf8'));
    await tx.run('delete from preheat_schema');
    await tx.run('insert into preheat_schema (version) values ($1)', [steps.length]);
  });
}
