import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '#domain/fault.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

/**
 * Brings the file's schema to the newest version, counted in `user_version`. All steps run in one exclusive
 * transaction, so of many processes that start together one migrates and the others find it done.
 *
 * @throws Fault `store_too_new` when a newer Preheat wrote the file
 */
export function migrate(db: DatabaseSync): void {
  const steps = stepsIn(FOLDER);
  db.exec('begin exclusive');
  try {
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number };
    if (version > steps.length) {
      throw new Fault(
        'unavailable',
        'store_too_new',
        `The data was written by a newer Preheat (schema ${version}, this one knows ${steps.length}): upgrade Preheat, or restore a backup.`,
      );
    }
    for (const step of steps.slice(version)) db.exec(readFileSync(join(FOLDER, step), 'utf8'));
    db.exec(`pragma user_version = ${steps.length}`);
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

/** The schema that this version writes. */
export function newestSchema(): number {
  return stepsIn(FOLDER).length;
}

function stepsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}
