import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isReadable, readContents } from '#adapters/store/sqlite/copy-store.ts';
import { Fault } from '#domain/fault.ts';
import { DATABASE, damagedBackup, readManifest } from './backup-manifest.ts';
import type { Manifest, Sum } from './backup-manifest.ts';
import type { Config } from '../config.ts';
import { blobsIn, copyFile, syncFolder } from './copy-files.ts';
import { lockFolder } from '../lock-folder.ts';

export interface Restored {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Where what was in the folder before lies now; null: there was nothing. */
  readonly setAside: string | null;
}

/** What belongs to the store in a data folder. */
const STORE_FILES = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, 'blobs'];

/**
 * Puts a backup in place of a data folder. Everything is copied aside and compared first; what was there is set aside,
 * never deleted. A folder that a server holds is refused.
 *
 * @throws Fault `folder_in_use`, `folder_has_data`, `no_backup`, `backup_damaged`, `store_damaged`, `store_too_new`
 */
export async function restoreBackup(
  config: Config,
  from: string,
  { isReplacing }: { readonly isReplacing: boolean },
): Promise<Restored> {
  if (config.DATABASE_URL !== '') {
    throw new Fault(
      'refused',
      'not_a_folder_store',
      'DATABASE_URL is set: a backup of a data folder is restored into one. Unset it, or move the restored folder with "preheat migrate".',
    );
  }
  const backup = resolve(from);
  const folder = resolve(config.PREHEAT_DATA);
  const { manifest, sums } = await readManifest(backup);
  const lock = lockFolder(folder);
  const aside = join(folder, 'restoring');
  try {
    const present = STORE_FILES.filter((name) => existsSync(join(folder, name)));
    if (present.includes(DATABASE) && !isReplacing) {
      throw new Fault(
        'conflict',
        'folder_has_data',
        `${folder} holds an installation already: give another folder, or --replace to set that one aside.`,
      );
    }
    await rm(aside, { recursive: true, force: true });
    await copyAside(backup, aside, { manifest, sums });
    const setAside = await setPresentAside(folder, present);
    for (const name of STORE_FILES.filter((each) => existsSync(join(aside, each))))
      await rename(join(aside, name), join(folder, name));
    await rm(aside, { recursive: true, force: true });
    await syncFolder(folder);
    return { folder, manifest, setAside };
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
}

async function copyAside(
  backup: string,
  aside: string,
  { manifest, sums }: { readonly manifest: Manifest; readonly sums: readonly Sum[] },
): Promise<void> {
  await mkdir(blobsIn(aside), { recursive: true });
  for (const { sha256, path } of sums) {
    if (!isOurs(path)) throw damagedBackup(join(backup, path));
    const copied = await copyFile(join(backup, path), join(aside, path)).catch((cause: unknown) => {
      throw (cause as { code?: string }).code === 'ENOENT' ? damagedBackup(join(backup, path)) : cause;
    });
    if (copied.sha256 !== sha256) throw damagedBackup(join(backup, path));
    await syncFolder(dirname(join(aside, path)));
  }
  const contents = readContents(join(aside, DATABASE));
  if (!isReadable(contents)) {
    throw new Fault(
      'unavailable',
      'store_too_new',
      `The backup was made by Preheat ${manifest.version}, whose store (schema ${contents.schema}) this version does not know: install that version or a newer one.`,
    );
  }
  if (JSON.stringify(contents.rows) !== JSON.stringify(manifest.rows))
    throw damagedBackup(join(backup, DATABASE));
}

/** Nothing outside the folder is written, whatever a list says. */
function isOurs(path: string): boolean {
  return path === DATABASE || /^blobs\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path);
}

async function setPresentAside(folder: string, present: readonly string[]): Promise<string | null> {
  if (!present.includes(DATABASE)) {
    // An empty folder of files of a server that never came to write anything.
    for (const name of present) await rm(join(folder, name), { recursive: true, force: true });
    return null;
  }
  const setAside = join(folder, `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  await mkdir(setAside);
  for (const name of present) await rename(join(folder, name), join(setAside, name));
  return setAside;
}
