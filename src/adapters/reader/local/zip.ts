import { fromBufferPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { brokenFile, encryptedFile, tooComplex } from './faults.ts';

/** Text that an office file or a book may unpack to, all its parts together. */
const MAX_UNPACKED = 96 * 2 ** 20;
const MAX_ENTRIES = 20_000;

/** The parts of an office file or a book, which are zips. Only what is asked for is unpacked, within limits. */
export class Zip {
  readonly #file: ZipFile;
  readonly #entries = new Map<string, Entry>();
  #unpacked = 0;

  private constructor(file: ZipFile) {
    this.#file = file;
  }

  /** @throws Fault `broken_file`, `encrypted_file`, `file_too_complex` */
  static async open(bytes: Uint8Array): Promise<Zip> {
    try {
      const file = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
        lazyEntries: true,
      });
      if (file.entryCount > MAX_ENTRIES) throw tooComplex();
      const zip = new Zip(file);
      for await (const entry of file.eachEntry()) zip.#entries.set(entry.fileName, entry);
      return zip;
    } catch (error) {
      throw toFault(error);
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** What these parts say that they unpack to must be within the limits, whoever unpacks them later. */
  check(names: RegExp): void {
    let bytes = 0;
    for (const [name, entry] of this.#entries) if (names.test(name)) bytes += entry.uncompressedSize;
    if (bytes > MAX_UNPACKED) throw tooComplex();
  }

  /** Null when there is no such part. */
  async text(name: string): Promise<string | null> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    const text = new TextDecoder().decode(await this.#bytes(entry));
    // No program writes one; what it is good for is text that grows without end when it is read.
    if (/<!(?:ENTITY|DOCTYPE)[^>]*\[|<!ENTITY/.test(text.slice(0, 65_536)))
      throw brokenFile(`its part ${name} declares entities, as no program does`);
    return text;
  }

  async #bytes(entry: Entry): Promise<Buffer> {
    if (entry.isEncrypted()) throw encryptedFile();
    this.#unpacked += entry.uncompressedSize;
    if (this.#unpacked > MAX_UNPACKED) throw tooComplex();
    try {
      // Checked on the way: a part that unpacks to more than it says is an error.
      const stream = await this.#file.openReadStreamPromise(entry);
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      return Buffer.concat(parts);
    } catch (error) {
      throw toFault(error);
    }
  }
}

function toFault(error: unknown): unknown {
  if (!(error instanceof Error) || 'kind' in error) return error;
  return brokenFile(error.message, error);
}
