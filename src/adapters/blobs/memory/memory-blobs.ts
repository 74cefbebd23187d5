import { createHash } from 'node:crypto';
import { Fault } from '#domain/fault.ts';
import type { BlobEntry, Blobs, StoredBlob } from '#ports/blobs.ts';

/** Files in this process's memory: for tests, and for runs that keep nothing. */
export class MemoryBlobs implements Blobs {
  readonly #files = new Map<string, { readonly content: Uint8Array; readonly keptAt: number }>();

  async put(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of bytes) {
      size += part.byteLength;
      if (size > maxBytes) {
        throw new Fault(
          'too_large',
          'file_too_large',
          `The file is larger than the ${maxBytes} bytes allowed: split it.`,
        );
      }
      parts.push(Uint8Array.from(part));
    }
    const whole = Buffer.concat(parts);
    const sha256 = createHash('sha256').update(whole).digest('hex');
    this.#files.set(sha256, { content: whole, keptAt: Date.now() });
    return { sha256, bytes: size };
  }

  async get(sha256: string): Promise<AsyncIterable<Uint8Array> | null> {
    const file = this.#files.get(sha256);
    return file === undefined ? null : inParts(file.content);
  }

  async delete(sha256: string): Promise<void> {
    this.#files.delete(sha256);
  }

  async *list(): AsyncGenerator<BlobEntry> {
    for (const [sha256, { keptAt }] of this.#files) yield { sha256, keptAt };
  }
}

async function* inParts(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.byteLength; at += PART) yield file.slice(at, at + PART);
}

const PART = 65_536;
