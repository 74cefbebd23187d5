import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { getFileNameLowLevel, openPromise, validateFileName } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { Fault } from '#domain/fault.ts';
import type { ArchiveLimits, ArchivedFile, Archives, OpenArchive } from '#ports/archives.ts';

/** A part that only documents have which are zips inside: Office, OpenDocument, EPUB. */
const DOCUMENT_PARTS = new Set(['[Content_Types].xml', 'META-INF/container.xml', 'content.xml', 'mimetype']);

/** What systems put into archives unasked. */
const LEFT_BEHIND = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i;

/** Zips, by their table of contents: nothing is unpacked before the sizes that it gives are within the limits. */
export class ZipArchives implements Archives {
  async open(content: AsyncIterable<Uint8Array>, limits: ArchiveLimits): Promise<OpenArchive | null> {
    // A zip is read from its end, and must not be held in memory for that.
    const folder = await mkdtemp(join(tmpdir(), 'preheat-zip-'));
    const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, 'archive.zip');
      await pipeline(content, createWriteStream(path));
      const opened = await openZip(path, limits).catch((error: unknown) => {
        throw error instanceof Fault ? error : unreadable(error);
      });
      if (opened !== null) {
        return {
          files: opened.files,
          async close() {
            opened.zip.close();
            await close();
          },
        };
      }
    } catch (error) {
      await close();
      throw error;
    }
    await close();
    return null;
  }
}

async function openZip(
  path: string,
  limits: ArchiveLimits,
): Promise<{ zip: ZipFile; files: ArchivedFile[] } | null> {
  // Names are decoded and judged here, so that a bad one costs its own file and not the archive.
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  try {
    if (zip.entryCount > limits.maxFiles * 2) throw tooManyFiles(zip.entryCount, limits.maxFiles);
    const entries: NamedEntry[] = [];
    for await (const entry of zip.eachEntry()) entries.push({ name: nameOf(entry), entry });
    if (entries.some(({ name }) => DOCUMENT_PARTS.has(name))) {
      zip.close();
      return null;
    }
    const files = entries.filter(({ name }) => !name.endsWith('/') && !LEFT_BEHIND.test(name));
    if (files.length > limits.maxFiles) throw tooManyFiles(files.length, limits.maxFiles);
    const bytes = files.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    if (bytes > limits.maxBytes) throw tooLarge(bytes, limits.maxBytes);
    return { zip, files: files.map((named) => toFile(zip, named, limits)) };
  } catch (error) {
    zip.close();
    throw error;
  }
}

interface NamedEntry {
  readonly name: string;
  readonly entry: Entry;
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

function toFile(zip: ZipFile, { name, entry }: NamedEntry, { maxFileBytes }: ArchiveLimits): ArchivedFile {
  return {
    name,
    refused: refusalOf(name, entry, maxFileBytes),
    async *content() {
      try {
        yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>;
      } catch (error) {
        throw toFault(error);
      }
    },
  };
}

function refusalOf(name: string, entry: Entry, maxFileBytes: number): ArchivedFile['refused'] {
  const { uncompressedSize } = entry;
  if (validateFileName(name) !== null) {
    const message = 'Its name in the archive leads out of the archive: pack it again under a plain name.';
    return { code: 'unsafe_name', message };
  }
  if (entry.isEncrypted())
    return { code: 'encrypted_file', message: 'It is protected by a password: pack it again without one.' };
  if (/\.(?:zip|7z|rar|tar|t?gz|t?bz2|t?xz|zst)$/i.test(name)) {
    return {
      code: 'nested_archive',
      message: 'Archives within archives are not unpacked: upload it by itself.',
    };
  }
  if (uncompressedSize <= maxFileBytes) return null;
  const message = `It unpacks to ${uncompressedSize} bytes, more than the ${maxFileBytes} allowed: split it.`;
  return { code: 'file_too_large', message };
}

function tooManyFiles(files: number, most: number): Fault {
  return new Fault(
    'too_large',
    'too_many_files',
    `The archive holds ${files} files, more than the ${most} allowed: split it.`,
  );
}

function tooLarge(bytes: number, most: number): Fault {
  return new Fault(
    'too_large',
    'archive_too_large',
    `The archive unpacks to ${bytes} bytes, more than the ${most} allowed: split it.`,
  );
}

/** Without a table of contents nobody can tell an archive from an Office document or a book, which are zips as well. */
function unreadable(cause: unknown): Fault {
  const message = 'The file is damaged or cut off: upload a whole copy of it.';
  return new Fault('refused', 'broken_file', message, { cause });
}

function toFault(error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  return new Fault(
    'refused',
    'broken_file',
    `The archive is damaged (${error.message}): pack it again, or upload its files one by one.`,
    { cause: error },
  );
}
