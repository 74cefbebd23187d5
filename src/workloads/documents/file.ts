import type { Problem } from '#domain/fault.ts';
import type { ItemError } from '#domain/item.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import { MAX_TAG_LENGTH, MOST_TAGS, tidyTags } from '#domain/tags.ts';
import type { Readable } from '#ports/workload.ts';

/** A file that was received and is to be read. */
export interface KeptFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  /** As the sender claimed. */
  readonly mediaType: string;
  /** null: those that the document has stay. */
  readonly tags: readonly string[] | null;
  /** It begins like a zip: an archive of files, or a document that is a zip inside. */
  readonly isZip: boolean;
}

/** Reads an entry or a payload; entries come from outside, so each field is looked at. */
export function fileOf(entry: Json): Readable<KeptFile> {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return { problem: { message: 'a documents item is a file: send it as an upload' } };
  }
  const { name, sha256, bytes, mediaType, tags, isZip } = entry as JsonObject;
  const problem = problemOf(name, sha256, bytes);
  if (problem !== null) return { problem };
  const tidy = readTags(tags);
  if (tidy === undefined) return { problem: { field: 'tags', message: TAGS_RULE } };
  return {
    ok: {
      name: name as string,
      sha256: sha256 as string,
      bytes: bytes as number,
      mediaType: typeof mediaType === 'string' ? mediaType : '',
      tags: tidy,
      isZip: isZip === true,
    },
  };
}

/** A file in the form in which an item carries it. */
export function payloadOf({ name, sha256, bytes, mediaType, tags, isZip }: KeptFile): JsonObject {
  return {
    name,
    sha256,
    bytes,
    mediaType,
    ...(tags === null ? {} : { tags }),
    ...(isZip ? { isZip } : {}),
  };
}

/** A file of an archive that is refused for what it is: its item says so, and nothing is read. */
export function refusedPayload(name: string, refused: ItemError): JsonObject {
  return { name, refused: { code: refused.code, message: refused.message } };
}

export function refusalOf({ refused }: JsonObject): ItemError | null {
  if (typeof refused !== 'object' || refused === null || Array.isArray(refused)) return null;
  const { code, message } = refused as JsonObject;
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : null;
}

function problemOf(name?: Json, sha256?: Json, bytes?: Json): Problem | null {
  if (typeof name !== 'string' || name.trim() === '')
    return { field: 'name', message: 'the name of the file is missing' };
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    const message = 'sha256 is 64 lower-case hex digits, as given when the file was received';
    return { field: 'sha256', message };
  }
  const isSize = typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0;
  return isSize ? null : { field: 'bytes', message: 'bytes is the size of the file, a whole number' };
}

const TAGS_RULE = `tags are at most ${MOST_TAGS} texts of at most ${MAX_TAG_LENGTH} characters`;

/** Undefined when they are none. */
function readTags(tags: Json | undefined): readonly string[] | null | undefined {
  if (tags === undefined || tags === null) return null;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return undefined;
  return tidyTags(tags as readonly string[]) ?? undefined;
}
