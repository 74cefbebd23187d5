import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '#clients/sqlite.ts';
import type { Store } from '#ports/store/store.ts';
import { openSqliteStore } from './open.ts';
import type { SqliteStoreSettings } from './open.ts';

export interface TemporaryStore {
  readonly store: Store;
  readonly file: string;
  /** Deletes all rows, behind the store's back: the next test finds it as new. */
  empty(): void;
  close(): Promise<void>;
}

/** For tests: the real store, threads and all, on a file that goes with it. */
export async function openTemporaryStore(
  threads: SqliteStoreSettings['threads'],
  given?: string,
): Promise<TemporaryStore> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'preheat-store-'));
  const file = join(folder, 'preheat.db');
  const store = await openSqliteStore({ file, synchronous: 'NORMAL', threads });
  return {
    store,
    file,
    empty: () => emptyFile(file),
    async close() {
      await store.close();
      if (given === undefined) rmSync(folder, { recursive: true });
    },
  };
}

/** @param isAnew ids begin at one again, and it is another installation */
export function emptyFile(file: string, isAnew = false): void {
  const db = openSqlite({
    file,
    readOnly: false,
    busyTimeoutMs: 5_000,
    synchronous: 'NORMAL',
    cacheMiB: 4,
  });
  const tables = db
    .prepare(`select name from sqlite_schema where type = 'table' and sql like 'create table%'`)
    .all()
    .map((row) => row['name'] as string)
    .filter((name) => !name.startsWith('sqlite_') && name !== 'installation');
  db.exec(`begin; ${tables.map((name) => `delete from ${name};`).join(' ')} ${isAnew ? ANEW : ''} commit`);
  db.close();
}

const ANEW = 'delete from sqlite_sequence; update installation set id = lower(hex(randomblob(6)));';
