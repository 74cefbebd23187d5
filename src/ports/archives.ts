/** Looks into archives of files (zip), a file at a time. */
export interface Archives {
  /**
   * The files of an archive, in its order; folders and what systems leave behind are left out. Null when it is no
   * archive but a document that is a zip inside.
   *
   * @throws Fault `broken_file`, `too_many_files`, `archive_too_large`
   */
  open(content: AsyncIterable<Uint8Array>, limits: ArchiveLimits): Promise<OpenArchive | null>;
}

export interface ArchiveLimits {
  readonly maxFiles: number;
  /** Of all files together, unpacked. */
  readonly maxBytes: number;
  readonly maxFileBytes: number;
}

export interface OpenArchive {
  readonly files: readonly ArchivedFile[];
  close(): Promise<void>;
}

export interface ArchivedFile {
  readonly name: string;
  /** Why it is not taken: `unsafe_name`, `nested_archive`, `encrypted_file`, `file_too_large`; null: it is. */
  readonly refused: { readonly code: string; readonly message: string } | null;
  /** Unpacked as it is pulled; more than the archive says is an error. */
  content(): AsyncIterable<Uint8Array>;
}
