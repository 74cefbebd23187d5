import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#clients/sqlite.ts';
import { Fault } from '#domain/fault.ts';
import type { MovedTable, Row } from '../sql/moved-rows.ts';
import { newestSchema } from './migrate.ts';

/**
 * Rows of processes that are gone by then: nothing of theirs is worth keeping. And the name by which services tell
 * installations apart: the database has one of its own, and the file may be started again.
 */
const LEFT_BEHIND = new Set(['workers', 'flights', 'call_permits', 'installation']);

const GROUP_BYTES = 4 << 20;
const GROUP_ROWS = 2_000;

/**
 * Everything that a file holds, table by table, as of one moment.
 *
 * @throws Fault `store_too_old` when an older Preheat wrote the file
 */
export function openExport(file: string): { readonly tables: readonly MovedTable[]; close(): void } {
  const db = openSqlite({ file, readOnly: true, busyTimeoutMs: 5_000, synchronous: 'NORMAL', cacheMiB: 16 });
  try {
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number };
    if (version !== newestSchema()) {
      throw new Fault(
        'conflict',
        'store_too_old',
        `The data in ${file} is of schema ${version}, and this Preheat writes ${newestSchema()}: start a server of this version on it once, stop it, and migrate then.`,
      );
    }
    db.exec('begin');
    return { tables: tablesOf(db).map((name) => exportTable(db, name)), close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

function tablesOf(db: DatabaseSync): string[] {
  return db
    .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
    .all()
    .map((row) => row['name'] as string)
    .filter((name) => !LEFT_BEHIND.has(name));
}

function exportTable(db: DatabaseSync, name: string): MovedTable {
  const columns = db
    .prepare(`select name from pragma_table_info(?)`)
    .all(name)
    .map((row) => row['name'] as string);
  return {
    name,
    columns,
    groups: { [Symbol.iterator]: () => groupsOf(db, name, columns) },
    lastId: lastIdOf(db, name),
  };
}

function* groupsOf(db: DatabaseSync, name: string, columns: readonly string[]): Generator<readonly Row[]> {
  let group: Row[] = [];
  let bytes = 0;
  for (const each of db.prepare(`select * from ${name}`).iterate()) {
    const row = columns.map((column) => each[column] ?? null) as Row;
    group.push(row);
    bytes += row.reduce<number>(
      (sum, value) => sum + (typeof value === 'number' || value === null ? 8 : value.length),
      0,
    );
    if (group.length < GROUP_ROWS && bytes < GROUP_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}

/** SQLite keeps it for tables whose ids must never come twice. */
function lastIdOf(db: DatabaseSync, name: string): number | null {
  const kept = db.prepare('select seq from sqlite_sequence where name = ?').get(name);
  return (kept?.['seq'] as number | undefined) ?? null;
}
