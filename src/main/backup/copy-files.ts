import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const HASH = /^[0-9a-f]{64}$/;

/** Copies a file and syncs it. Its digest is of what was read, so it tells what was damaged before. */
export async function copyFile(
  from: string,
  to: string,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  await mkdir(dirname(to), { recursive: true });
  const target = await open(to, 'w');
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of createReadStream(from) as AsyncIterable<Buffer>) {
      hash.update(part);
      bytes += part.byteLength;
      await target.writeFile(part);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

export async function digestOf(file: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(part);
    bytes += part.byteLength;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Uploaded files below a folder of blobs, as paths in it; none where there is no such folder. */
export async function filesBelow(
  folder: string,
): Promise<readonly { readonly sha256: string; readonly path: string }[]> {
  const found = await readdir(folder, { recursive: true, encoding: 'utf8' }).catch(() => []);
  return found
    .map((path) => ({ sha256: path.split(/[/\\]/).at(-1) as string, path }))
    .filter(({ sha256, path }) => HASH.test(sha256) && !path.startsWith('incoming'));
}

/** New names in a folder reach the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function blobsIn(folder: string): string {
  return join(folder, 'blobs');
}
