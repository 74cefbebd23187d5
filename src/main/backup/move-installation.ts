import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FolderBlobs } from '#adapters/blobs/folder/folder-blobs.ts';
import { PostgresBlobs } from '#adapters/blobs/postgres/postgres-blobs.ts';
import { importRows, prepareImport } from '#adapters/store/postgres/import-rows.ts';
import type { Imported } from '#adapters/store/postgres/import-rows.ts';
import { openExport } from '#adapters/store/sqlite/export-rows.ts';
import { PostgresPool } from '#clients/postgres.ts';
import { Fault } from '#domain/fault.ts';
import { lockFolder } from '../lock-folder.ts';

export interface Move {
  /** The SQLite file; files that were uploaded lie beside it. */
  readonly from: string;
  readonly to: string;
  readonly onTable: (imported: Imported) => void;
}

export interface Moved {
  readonly tables: readonly Imported[];
  readonly files: number;
}

/**
 * Moves a whole installation from a SQLite file to an empty PostgreSQL database. The file is only read, under the
 * lock that a server would hold: with the server stopped, nothing changes under the move.
 *
 * @throws Fault `no_store`, `folder_in_use`, `store_too_old`, `target_not_empty`, `move_differs`, `store_unreachable`
 */
export async function moveInstallation({ from, to, onTable }: Move): Promise<Moved> {
  const file = resolve(from);
  if (!existsSync(file))
    throw new Fault(
      'not_found',
      'no_store',
      `There is no file ${file}: name the preheat.db of the data folder.`,
    );
  const lock = lockFolder(dirname(file));
  const source = openExport(file);
  try {
    await prepareImport(to, source.tables);
    // Before the rows, which come in one go: a move that breaks off leaves a database that can be moved to again.
    const files = await moveFiles(join(dirname(file), 'blobs'), to);
    return { tables: await importRows(to, source.tables, onTable), files };
  } finally {
    source.close();
    lock.release();
  }
}

const HASH = /^[0-9a-f]{64}$/;

/** Stored twice is stored once, so a move of files that broke off is simply made again. */
async function moveFiles(folder: string, url: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(/[/\\]/).at(-1) as string)
    .filter((name) => HASH.test(name));
  const pool = new PostgresPool({
    url,
    connections: 2,
    applicationName: 'preheat migrate',
    statementTimeoutMs: 120_000,
  });
  try {
    const source = await FolderBlobs.open(folder);
    const target = await PostgresBlobs.open(pool);
    for (const name of names) {
      const bytes = await source.get(name);
      if (bytes === null) continue;
      const { sha256 } = await target.put(bytes, Number.MAX_SAFE_INTEGER);
      if (sha256 !== name)
        throw new Fault(
          'internal',
          'move_differs',
          `The file ${name} came out as ${sha256}: its content is damaged. Restore it from a backup, and move again.`,
        );
    }
    return names.length;
  } finally {
    await pool.close();
  }
}
