import { backup, DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#clients/sqlite.ts';
import { Fault } from '#domain/fault.ts';
import { newestSchema } from './migrate.ts';

/** What is in a file of the store, by which a copy is compared with what it was made of. */
export interface StoreContents {
  readonly schema: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Pages at a time: all of them. In parts, SQLite begins anew with each change by another process, and never ends under load. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Writes a copy of a file that a server may be changing, as of one moment: one file, without a log beside it.
 *
 * @throws Fault `store_damaged`
 */
export async function copyStore(file: string, target: string): Promise<StoreContents> {
  const source = openSqlite({
    file,
    readOnly: true,
    busyTimeoutMs: 30_000,
    synchronous: 'NORMAL',
    cacheMiB: 16,
  });
  try {
    await backup(source, target, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(target);
  try {
    copy.exec('pragma journal_mode = delete');
    return contentsOf(copy, target);
  } finally {
    copy.close();
  }
}

/**
 * Looks through a copy: every page, every index, every row.
 *
 * @throws Fault `store_damaged`
 */
export function readContents(file: string): StoreContents {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return contentsOf(db, file);
  } finally {
    db.close();
  }
}

/** The schema that this version can go on with, at most. */
export function isReadable({ schema }: StoreContents): boolean {
  return schema <= newestSchema();
}

/** Names of the keys that something in the file is sealed with. */
export function keysOf(file: string): readonly string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    // A file that an older version wrote has none.
    if (db.prepare(`select 1 from sqlite_schema where name = 'seal_keys'`).get() === undefined) return [];
    return db
      .prepare('select name from seal_keys order by since, name')
      .all()
      .map(({ name }) => name as string);
  } finally {
    db.close();
  }
}

/** Files that items which have not ended will ask for. */
export function neededFiles(file: string): ReadonlySet<string> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db
      .prepare(
        `select distinct json_extract(i.payload, '$.sha256') as sha256
           from batches b join items i on i.id >= b.id * 16777216 and i.id < (b.id + 1) * 16777216
          where b.workload = 'documents' and i.status in ('pending', 'processing')`,
      )
      .all();
    return new Set(rows.flatMap(({ sha256 }) => (typeof sha256 === 'string' ? [sha256] : [])));
  } finally {
    db.close();
  }
}

function contentsOf(db: DatabaseSync, file: string): StoreContents {
  try {
    const found = db.prepare('pragma integrity_check(5)').all();
    const said = found.map((row) => String(row['integrity_check'])).join('; ');
    if (said !== 'ok') throw damaged(file, said);
    const { user_version: schema } = db.prepare('pragma user_version').get() as { user_version: number };
    return { schema, rows: rowsOf(db) };
  } catch (error) {
    throw error instanceof Fault ? error : damaged(file, (error as Error).message, error);
  }
}

function rowsOf(db: DatabaseSync): Record<string, number> {
  const tables = db
    .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
    .all();
  return Object.fromEntries(
    tables.map(({ name }) => {
      const { n } = db.prepare(`select count(*) as n from "${String(name)}"`).get() as { n: number };
      return [String(name), n];
    }),
  );
}

function damaged(file: string, why: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'store_damaged', `${file} is damaged: ${why}.`, { cause });
}
