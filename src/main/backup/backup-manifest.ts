import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '#domain/fault.ts';
import { digestOf, syncFolder } from './copy-files.ts';

/** Digests of everything in a backup, in the form that `sha256sum -c` reads. */
const SUMS = 'SHA256SUMS';
export const DATABASE = 'preheat.db';
const MANIFEST = 'manifest.json';

/** Written last: a backup without it was never finished. */
const Manifest = z.object({
  format: z.literal(1),
  /** Of Preheat. */
  version: z.string(),
  takenAt: z.string(),
  schema: z.number(),
  rows: z.record(z.string(), z.number()),
  databaseBytes: z.number(),
  /** Names of the keys that something in it is sealed with; the keys themselves are in no backup. */
  encryptedWith: z.array(z.string()).default([]),
  files: z.number(),
  fileBytes: z.number(),
  /** Where uploaded files are, when they are not in the backup. */
  filesElsewhere: z.string().nullable(),
  sumsSha256: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

export interface Sum {
  readonly sha256: string;
  readonly path: string;
}

export async function writeManifest(
  folder: string,
  sums: readonly Sum[],
  manifest: Omit<Manifest, 'format' | 'sumsSha256'>,
): Promise<Manifest> {
  const lines = sums.map(({ sha256, path }) => `${sha256}  ${path}\n`);
  await writeFile(join(folder, SUMS), lines.join(''), { flush: true });
  const { sha256: sumsSha256 } = await digestOf(join(folder, SUMS));
  const whole: Manifest = { format: 1, ...manifest, sumsSha256 };
  const aside = join(folder, `${MANIFEST}.partial`);
  await writeFile(aside, `${JSON.stringify(whole, null, 2)}\n`, { flush: true });
  await rename(aside, join(folder, MANIFEST));
  await syncFolder(folder);
  return whole;
}

/** @throws Fault `no_backup`, `backup_damaged` */
export async function readManifest(
  folder: string,
): Promise<{ readonly manifest: Manifest; readonly sums: readonly Sum[] }> {
  const manifest = Manifest.safeParse(JSON.parse(await textOf(folder, MANIFEST)));
  if (!manifest.success)
    throw new Fault('invalid', 'no_backup', `${join(folder, MANIFEST)} is none that this version can read.`);
  const text = await textOf(folder, SUMS);
  const { sha256 } = await digestOf(join(folder, SUMS));
  if (sha256 !== manifest.data.sumsSha256) throw damagedBackup(join(folder, SUMS));
  const sums = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ sha256: line.slice(0, 64), path: line.slice(66) }));
  return { manifest: manifest.data, sums };
}

async function textOf(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    const message = `${folder} is no finished backup: it has no ${name}. "preheat backup" writes it last.`;
    throw new Fault('not_found', 'no_backup', message, { cause });
  }
}

export function damagedBackup(path: string): Fault {
  const message = `${path} is not what was backed up: its content is damaged. Nothing was put in place: take another backup.`;
  return new Fault('unavailable', 'backup_damaged', message);
}
