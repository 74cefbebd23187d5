import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyStore, keysOf, neededFiles } from '#adapters/store/sqlite/copy-store.ts';
import { Fault } from '#domain/fault.ts';
import { DATABASE, writeManifest } from './backup-manifest.ts';
import type { Manifest, Sum } from './backup-manifest.ts';
import type { Config } from '../config.ts';
import { blobsIn, copyFile, digestOf, filesBelow } from './copy-files.ts';
import { VERSION } from '../version.ts';

export interface BackedUp {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Files that items which have not ended will ask for, and that were not there. */
  readonly missing: readonly string[];
}

/**
 * Copies an installation into an empty folder while its server goes on: the store as of one moment, looked through page
 * by page, and every uploaded file with its digest.
 *
 * @throws Fault `no_store`, `not_a_folder_store`, `target_not_empty`, `store_damaged`, `backup_damaged`
 */
export async function backUp(config: Config, to: string): Promise<BackedUp> {
  if (config.DATABASE_URL !== '') {
    throw new Fault(
      'refused',
      'not_a_folder_store',
      'DATABASE_URL is set: back PostgreSQL up by its own means, pg_dump or point-in-time recovery (docs/operations.md).',
    );
  }
  const data = resolve(config.PREHEAT_DATA);
  const source = join(data, DATABASE);
  if (!existsSync(source))
    throw new Fault('not_found', 'no_store', `There is no ${source}: set PREHEAT_DATA to the data folder.`);
  const folder = resolve(to);
  await refuseUnlessEmpty(folder);

  const isElsewhere = config.PREHEAT_BLOBS.startsWith('s3:');
  const sums = new Map<string, Sum & { readonly bytes: number }>();
  // Before the store and after it: what is deleted in between the store no longer needs, what comes it may.
  if (!isElsewhere) await copyNew(data, folder, sums);
  const contents = await copyStore(source, join(folder, DATABASE));
  if (!isElsewhere) await copyNew(data, folder, sums);

  const database = await digestOf(join(folder, DATABASE));
  const files = [...sums.values()];
  const all = [{ sha256: database.sha256, path: DATABASE }, ...files];
  const manifest = await writeManifest(folder, all, {
    version: VERSION,
    takenAt: new Date().toISOString(),
    ...contents,
    databaseBytes: database.bytes,
    encryptedWith: [...keysOf(join(folder, DATABASE))],
    files: files.length,
    fileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    filesElsewhere: isElsewhere ? config.PREHEAT_BLOBS : null,
  });
  const needed = isElsewhere ? [] : [...neededFiles(join(folder, DATABASE))];
  const missing = needed.filter((sha256) => !files.some((file) => file.sha256 === sha256));
  return { folder, manifest, missing };
}

async function refuseUnlessEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) return;
  throw new Fault(
    'conflict',
    'target_not_empty',
    `${folder} is not empty: give a new folder for each backup, such as one with the date in its name.`,
  );
}

async function copyNew(
  data: string,
  folder: string,
  sums: Map<string, Sum & { readonly bytes: number }>,
): Promise<void> {
  for (const { sha256, path } of await filesBelow(blobsIn(data))) {
    if (sums.has(sha256)) continue;
    const shown = `blobs/${path.replaceAll('\\', '/')}`;
    const copied = await copyFile(join(blobsIn(data), path), join(folder, shown)).catch(unlessGone);
    if (copied === null) continue;
    if (copied.sha256 !== sha256) {
      const message = `The uploaded file ${sha256} is damaged in ${data}: its content is another.`;
      throw new Fault('unavailable', 'backup_damaged', message);
    }
    sums.set(sha256, { sha256, path: shown, bytes: copied.bytes });
  }
}

/** It was deleted while we came: nothing needs it any more. */
function unlessGone(error: unknown): null {
  if ((error as { code?: string }).code === 'ENOENT') return null;
  throw error;
}
