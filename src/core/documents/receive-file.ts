import { Fault } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { IncomingFile } from '#ports/workload.ts';

export interface ReceiveDeps {
  readonly blobs: Blobs;
  readonly limits: { readonly maxFileBytes: number };
}

export const MAX_NAME_LENGTH = 300;

/**
 * Keeps a file as it arrives and gives the entry that stands for it in a documents batch.
 *
 * @throws Fault `file_too_large`, `name_missing`, `name_too_long`
 */
export async function receiveFile(
  deps: ReceiveDeps,
  file: IncomingFile,
  tags: readonly string[] | null,
): Promise<JsonObject> {
  const name = documentNameOf(file.name);
  const first = { isZip: false };
  const { sha256, bytes } = await deps.blobs.put(lookingAt(file.bytes, first), deps.limits.maxFileBytes);
  return {
    name,
    sha256,
    bytes,
    mediaType: file.mediaType,
    ...(tags === null ? {} : { tags }),
    ...(first.isZip ? { isZip: true } : {}),
  };
}

/** Of a zip with files, and of one without. */
const ZIP_STARTS: ReadonlySet<string> = new Set(['80,75,3,4', '80,75,5,6']);

/** Passes the bytes on, and notes whether they begin like a zip. */
async function* lookingAt(
  content: AsyncIterable<Uint8Array>,
  first: { isZip: boolean },
): AsyncGenerator<Uint8Array> {
  let start: number[] = [];
  for await (const part of content) {
    if (start.length < 4) {
      start = [...start, ...part.subarray(0, 4 - start.length)];
      first.isZip = ZIP_STARTS.has(start.join());
    }
    yield part;
  }
}

/** Folders stay, since two files may share a base name; what would lead out of them, or cannot be shown, does not. */
export function documentNameOf(sent: string): string {
  const name = sent
    .normalize('NFC')
    .replaceAll('\\', '/')
    // eslint-disable-next-line no-control-regex -- removing control characters is the point
    .replace(/[\u0000-\u001f\u007f]/g, '')
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
  if (name === '')
    throw new Fault('invalid', 'name_missing', 'A file came without a name: send it with its file name.');
  if (name.length > MAX_NAME_LENGTH) {
    throw new Fault(
      'invalid',
      'name_too_long',
      `A file name has at most ${MAX_NAME_LENGTH} characters: shorten it.`,
    );
  }
  return name;
}
