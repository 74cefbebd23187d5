import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Answer } from '#domain/answer.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { SharedAnswer } from '#ports/cache.ts';

/** Encrypts bytes so that they can be opened under the same words only; see `Seal`. */
export interface Sealing {
  seal(plain: Uint8Array, about: string): Buffer;
  /** @throws when the bytes were changed, or sealed with another key or about something else */
  open(sealed: Uint8Array, about: string): Buffer;
}

/** Below this, compressing costs more than it saves. */
const COMPRESSED_FROM = 1_024;
/** An entry that claims to be larger was not written by us. */
const MOST_BYTES = 8 * 1024 * 1024;
const HEAD = /^(\d+) (\d+) (\d+) ([pz]s?|-)\n/;
const MOST_HEAD = 64;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/**
 * An entry: a line of text that scripts in Redis can read (made at, corpus version, cache version, how the rest is
 * written: plain or compressed, sealed or not), then the answer as JSON.
 *
 * @param name of the entry: a sealed one opens under no other
 */
export async function packAnswer(
  { answer, cacheVersion }: SharedAnswer,
  name: string,
  sealing: Sealing | null,
): Promise<Buffer> {
  const json = Buffer.from(JSON.stringify(answer));
  const isLong = json.length >= COMPRESSED_FROM;
  const form = `${isLong ? 'z' : 'p'}${sealing === null ? '' : 's'}`;
  const head = `${answer.createdAt} ${answer.corpusVersion} ${cacheVersion} ${form}\n`;
  const body = isLong ? await deflate(json) : json;
  return Buffer.concat([Buffer.from(head), sealing === null ? body : sealing.seal(body, `${name} ${head}`)]);
}

/** What says only that an answer made at this time is coming. */
export function packMark(madeAt: number): string {
  return `${madeAt} 0 0 -\n`;
}

/** null: nothing that can be used, whoever wrote it. */
export async function unpackAnswer(
  entry: Buffer,
  name: string,
  sealing: Sealing | null,
): Promise<SharedAnswer | null> {
  const [head, , , cacheVersion, form] = HEAD.exec(entry.subarray(0, MOST_HEAD).toString('latin1')) ?? [];
  if (head === undefined || form === undefined || form === '-') return null;
  // Where a key is set, what was not sealed with it is not believed.
  if (form.endsWith('s') !== (sealing !== null)) return null;
  try {
    const bytes = entry.subarray(head.length);
    const body = sealing === null ? bytes : sealing.open(bytes, `${name} ${head}`);
    const json = form.startsWith('z') ? await inflate(body, { maxOutputLength: MOST_BYTES }) : body;
    const kept = JSON.parse(json.toString()) as Answer;
    // An older Preheat knew none.
    const answer = { ...kept, filter: kept.filter ?? NO_FILTER };
    return { answer, cacheVersion: Number(cacheVersion) };
  } catch {
    return null;
  }
}
