import { blobsContract } from '#ports/blobs.contract.ts';
import type { StoredBlob } from '#ports/blobs.ts';
import { MemoryBlobs } from './memory-blobs.ts';

/** Counts by what its puts and deletes said. */
class CountedBlobs extends MemoryBlobs {
  readonly #kept = new Set<string>();

  override async put(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const stored = await super.put(bytes, maxBytes);
    this.#kept.add(stored.sha256);
    return stored;
  }

  override async delete(sha256: string): Promise<void> {
    this.#kept.delete(sha256);
    await super.delete(sha256);
  }

  async count(): Promise<number> {
    const found = await Promise.all([...this.#kept].map((sha256) => this.get(sha256)));
    return found.filter((file) => file !== null).length;
  }
}

blobsContract(async () => {
  const blobs = new CountedBlobs();
  return { blobs, count: () => blobs.count() };
});
