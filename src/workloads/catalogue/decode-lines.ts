import { Fault } from '#domain/fault.ts';
import type { IncomingFile } from '#ports/workload.ts';
import { refusedAt, tooLong } from '../tabular/lines.ts';
import { binaryKindOf, HEAD_BYTES, utf16Of } from '../tabular/sniff.ts';

/** Reviews are long; a line beyond this is no export of a reading list. */
export const MAX_LINE = 1024 * 1024;

const STEP_BYTES = 256 * 1024;
const LF = 0x0a;
const CR = 0x0d;

export const HOW_TO_EXPORT =
  'Goodreads: My Books, Import and export, Export library. StoryGraph: Manage account, Manage your data, Export. LibraryThing: More, Import/Export, Export as tab-delimited text';

/**
 * The lines of a list, in groups, as they arrive. A line that is not UTF-8 is read as Windows-1252, and the others stay
 * what they are: some exports mix both.
 *
 * @throws Fault unsupported `not_a_list`; invalid `line_too_long`
 */
export async function* decodeLines(file: IncomingFile): AsyncGenerator<readonly string[]> {
  const cutter = new LineCutter(file.name);
  for await (const chunk of file.bytes) {
    for (let at = 0; at < chunk.length; at += STEP_BYTES) {
      const lines = cutter.push(chunk.subarray(at, at + STEP_BYTES));
      if (lines.length > 0) yield lines;
    }
  }
  const last = cutter.end();
  if (last.length > 0) yield last;
}

class LineCutter {
  readonly #name: string;
  #held: Uint8Array = new Uint8Array(0);
  #utf16: InstanceType<typeof TextDecoder> | null = null;
  /** Text of UTF-16 that ends in no line yet. */
  #open = '';
  #isHeadSeen = false;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  push(chunk: Uint8Array): string[] {
    const bytes = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
    if (!this.#isHeadSeen && bytes.length < HEAD_BYTES) {
      this.#held = bytes.slice();
      return [];
    }
    return this.#cut(bytes);
  }

  end(): string[] {
    const lines = this.#cut(this.#held);
    const rest = this.#utf16 === null ? decode(this.#held) : this.#open + this.#utf16.decode();
    this.#held = new Uint8Array(0);
    return rest === '' ? lines : [...lines, ...this.#split(rest)];
  }

  #cut(given: Uint8Array): string[] {
    const bytes = this.#isHeadSeen ? given : this.#judge(given);
    if (this.#utf16 !== null) return this.#cutText(this.#utf16.decode(bytes, { stream: true }));
    const end = lastLineEnd(bytes);
    this.#held = bytes.slice(end);
    this.#check(this.#held.length);
    return end === 0 ? [] : this.#split(decode(bytes.subarray(0, end)));
  }

  #cutText(text: string): string[] {
    this.#held = new Uint8Array(0);
    const whole = this.#open + text;
    const end = whole.lastIndexOf('\n') + 1;
    this.#open = whole.slice(end);
    this.#check(this.#open.length);
    return end === 0 ? [] : this.#split(whole.slice(0, end));
  }

  #split(text: string): string[] {
    const lines = text.split(/\r\n|\n|\r/);
    if (lines.at(-1) === '') lines.pop();
    const long = lines.findIndex((line) => line.length > MAX_LINE);
    if (long !== -1) this.#refuse(long);
    this.#count += lines.length;
    return lines;
  }

  #check(length: number): void {
    if (length > MAX_LINE) this.#refuse(0);
  }

  #refuse(after: number): never {
    throw refusedAt(this.#count + after + 1, 'line_too_long', tooLong('the line', MAX_LINE));
  }

  /** @returns the bytes without their mark */
  #judge(bytes: Uint8Array): Uint8Array {
    this.#isHeadSeen = true;
    const head = bytes.subarray(0, HEAD_BYTES);
    const kind = binaryKindOf(head) ?? (isHtml(head) ? 'a web page' : null);
    if (kind !== null) {
      throw new Fault(
        'unsupported',
        'not_a_list',
        `${this.#name} is ${kind}, not a list of books. Send CSV, or tab-separated text. ${HOW_TO_EXPORT}.`,
      );
    }
    const utf16 = utf16Of(head);
    if (utf16 !== null) this.#utf16 = new TextDecoder(utf16);
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }
}

function isHtml(head: Uint8Array): boolean {
  return /^\s*<(?:!doctype html|html|head|body)\b/i.test(new TextDecoder('windows-1252').decode(head));
}

/** Where the last whole line ends. A CR at the very end may be half of a CRLF. */
function lastLineEnd(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] === CR && at < bytes.length - 1) return at + 1;
  }
  return 0;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const WINDOWS = new TextDecoder('windows-1252');

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return decodeEach(bytes);
  }
}

/** Line by line, so that one bad byte spoils no other line. */
function decodeEach(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const next = bytes.indexOf(LF, from);
    const to = next === -1 ? bytes.length : next + 1;
    const line = bytes.subarray(from, to);
    try {
      parts.push(UTF8.decode(line));
    } catch {
      parts.push(WINDOWS.decode(line));
    }
    from = to;
  }
  return parts.join('');
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
