/** Holds files between their arrival and their use. Names are content hashes, so storing twice is storing once. */
export interface Blobs {
  /**
   * Stores a file as it arrives.
   *
   * @throws Fault `file_too_large` once more than `maxBytes` came; nothing is kept then.
   */
  put(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>;
  /** The file as it is pulled, or null when it is not there. */
  get(sha256: string): Promise<AsyncIterable<Uint8Array> | null>;
  delete(sha256: string): Promise<void>;
  /** Everything that is kept, in no order; what comes or goes meanwhile may or may not be among it. */
  list(): AsyncIterable<BlobEntry>;
}

export interface BlobEntry {
  readonly sha256: string;
  /** When it was stored last. */
  readonly keptAt: number;
}

export interface StoredBlob {
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
  readonly bytes: number;
}
