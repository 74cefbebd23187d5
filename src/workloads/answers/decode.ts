import { Fault } from '#domain/fault.ts';
import type { IncomingFile } from '#ports/workload.ts';
import { binaryKindOf, HEAD_BYTES, utf16Of } from '../tabular/sniff.ts';

const STEP_BYTES = 64 * 1024;

/**
 * The text of a file, in pieces, as it arrives.
 *
 * UTF-16 shows at the head. Otherwise the first character beyond ASCII decides: when it is UTF-8 the file is, and
 * bytes that are not become U+FFFD, which readers refuse line by line; when it is not, the file is Windows-1252
 * (of which Latin-1 is a part).
 *
 * @throws Fault unsupported `not_text` for PDFs, archives, images and the like
 */
export async function* decodeText(file: IncomingFile): AsyncGenerator<string> {
  const decoder = new TextFileDecoder(file.name);
  for await (const chunk of file.bytes) {
    // A sender's chunk may be of any size: small steps keep what is in memory small.
    for (let at = 0; at < chunk.length; at += STEP_BYTES)
      yield decoder.push(chunk.subarray(at, at + STEP_BYTES));
  }
  yield decoder.end();
}

type Decoder = InstanceType<typeof TextDecoder>;

class TextFileDecoder {
  readonly #fileName: string;
  /** Bytes not decoded yet: the head until it can be judged, then a character cut off at a chunk's end. */
  #held: Uint8Array = new Uint8Array(0);
  #isHeadSeen = false;
  /** Decided; null while everything so far was ASCII. */
  #decoder: Decoder | null = null;
  readonly #ascii = new TextDecoder('utf-8');

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  push(chunk: Uint8Array): string {
    if (this.#decoder !== null) return this.#decoder.decode(chunk, { stream: true });
    const bytes = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
    if (!this.#isHeadSeen && bytes.length < HEAD_BYTES) {
      this.#held = bytes.slice();
      return '';
    }
    return this.#decode(bytes, false);
  }

  end(): string {
    if (this.#decoder !== null) return this.#decoder.decode();
    return this.#decode(this.#held, true) + ((this.#decoder as Decoder | null)?.decode() ?? '');
  }

  #decode(bytes: Uint8Array, isEnd: boolean): string {
    const isStart = !this.#isHeadSeen;
    if (isStart) this.#judgeHead(bytes.subarray(0, HEAD_BYTES));
    this.#held = new Uint8Array(0);
    if (this.#decoder !== null) return this.#decoder.decode(bytes, { stream: true });
    const beyond = bytes.findIndex((byte) => byte > 0x7f);
    if (beyond === -1) return this.#ascii.decode(bytes);
    const needed = utf8LengthOf(bytes[beyond] as number);
    if (!isEnd && beyond + needed > bytes.length) {
      this.#held = bytes.slice(beyond);
      return this.#ascii.decode(bytes.subarray(0, beyond));
    }
    this.#decoder = new TextDecoder(
      isUtf8(bytes.subarray(beyond, beyond + needed), needed) ? 'utf-8' : 'windows-1252',
      // A byte order mark further on is text: taken out or not, it would depend on where the chunks are cut.
      { ignoreBOM: !isStart },
    );
    return this.#decoder.decode(bytes, { stream: true });
  }

  #judgeHead(head: Uint8Array): void {
    this.#isHeadSeen = true;
    const kind = binaryKindOf(head);
    if (kind !== null) {
      throw new Fault(
        'unsupported',
        'not_text',
        `${this.#fileName} is ${kind}, not a list of questions. Questions come as text (one a line), CSV or JSONL; documents belong to /documents.`,
      );
    }
    const utf16 = utf16Of(head);
    if (utf16 !== null) this.#decoder = new TextDecoder(utf16);
  }
}

/** How many bytes a UTF-8 character has, by its first; 1 for what cannot begin one. */
function utf8LengthOf(first: number): number {
  if (first >= 0xf0) return first <= 0xf4 ? 4 : 1;
  if (first >= 0xe0) return 3;
  return first >= 0xc2 ? 2 : 1;
}

function isUtf8(bytes: Uint8Array, length: number): boolean {
  if (length === 1 || bytes.length < length) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
