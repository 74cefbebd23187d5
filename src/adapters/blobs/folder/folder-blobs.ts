import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '#domain/fault.ts';
import type { BlobEntry, Blobs, StoredBlob } from '#ports/blobs.ts';

/** Unfinished files of a process that died are younger than this while somebody may still be writing them. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * Files in a folder, at `ab/cd/<sha256>`. A file is written aside, synced and renamed, so whatever stands under a
 * hash is whole, even after a power cut; a failure or a hang-up leaves nothing.
 */
export class FolderBlobs implements Blobs {
  readonly #folder: string;
  readonly #incoming: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  static async open(folder: string): Promise<FolderBlobs> {
    const blobs = new FolderBlobs(folder);
    await mkdir(blobs.#incoming, { recursive: true });
    await blobs.#clearAbandoned();
    return blobs;
  }

  async put(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const aside = join(this.#incoming, randomUUID());
    try {
      const stored = await this.#write(aside, bytes, maxBytes);
      await this.#settle(aside, this.#pathOf(stored.sha256));
      return stored;
    } catch (error) {
      await rm(aside, { force: true });
      throw toFault(error);
    }
  }

  async get(sha256: string): Promise<AsyncIterable<Uint8Array> | null> {
    if (!isHash(sha256)) return null;
    const path = this.#pathOf(sha256);
    try {
      await access(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw toFault(error);
    }
    // Opened when it is first pulled at: what is never read needs no closing.
    return contentOf(path);
  }

  async delete(sha256: string): Promise<void> {
    if (isHash(sha256)) await rm(this.#pathOf(sha256), { force: true });
  }

  async *list(): AsyncGenerator<BlobEntry> {
    for (const first of await foldersIn(this.#folder)) {
      for (const second of await foldersIn(join(this.#folder, first))) yield* this.#filesIn(first, second);
    }
  }

  async *#filesIn(first: string, second: string): AsyncGenerator<BlobEntry> {
    const folder = join(this.#folder, first, second);
    for (const sha256 of (await readdir(folder)).filter(isHash)) {
      const found = await stat(join(folder, sha256)).catch(() => null);
      if (found !== null) yield { sha256, keptAt: found.mtimeMs };
    }
  }

  async #write(path: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const hash = createHash('sha256');
    let size = 0;
    const file = await open(path, 'wx');
    try {
      for await (const part of bytes) {
        size += part.byteLength;
        if (size > maxBytes) throw tooLarge(maxBytes);
        hash.update(part);
        await writeAll(file, part);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest('hex'), bytes: size };
  }

  async #settle(aside: string, path: string): Promise<void> {
    const folder = dirname(path);
    const made = await mkdir(folder, { recursive: true });
    await rename(aside, path);
    await syncFolder(folder);
    // New folders are entries of their parents, which have to reach the disk as well.
    if (made !== undefined) {
      await syncFolder(dirname(folder));
      await syncFolder(this.#folder);
    }
  }

  async #clearAbandoned(): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    written += (await file.write(bytes, written, bytes.byteLength - written)).bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Those that hold files by their first digits. */
async function foldersIn(path: string): Promise<string[]> {
  return (await readdir(path)).filter((name) => /^[0-9a-f]{2}$/.test(name));
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function tooLarge(maxBytes: number): Fault {
  return new Fault(
    'too_large',
    'file_too_large',
    `The file is larger than the ${maxBytes} bytes allowed: split it.`,
  );
}

function toFault(error: unknown): unknown {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new Fault(
    'unavailable',
    'disk_full',
    'The file could not be kept: the disk of the data folder is full. Nothing was recorded: make room, then try again.',
    { cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}
