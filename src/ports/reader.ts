import type { Chunk } from '#domain/document.ts';
import type { Stage } from '#domain/stage.ts';

/** Makes text out of files and cuts it into chunks, away from the event loop, within limits of time and memory. */
export interface Reader {
  /**
   * Reads a file as it is pulled: first the stages `reading` and `chunking`, then `chunked`, then the chunks in groups. Whoever stops
   * pulling, or aborts, ends the read.
   *
   * @throws Fault with a code that says why: `unsupported_file`, `broken_file`, `encrypted_file`, `no_text`,
   * `too_many_pages`, `file_too_complex`, `reading_timed_out`. None of these is cured by a retry.
   */
  read(file: ReadableFile, signal: AbortSignal): AsyncGenerator<ReadEvent, void, void>;
  close(): Promise<void>;
}

export interface ReadableFile {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

export type ReadEvent =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | ChunkedFile
  | { readonly kind: 'chunks'; readonly chunks: readonly Chunk[] };

/** What a file turned out to be. */
export interface ChunkedFile {
  readonly kind: 'chunked';
  /** Taken from the content, not from the name. */
  readonly mediaType: string;
  readonly pages: number | null;
  readonly chunks: number;
  readonly tokens: number;
}
