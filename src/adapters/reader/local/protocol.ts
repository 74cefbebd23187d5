import type { FaultKind } from '#domain/fault.ts';
import type { Block, Chunk } from '#domain/document.ts';
import type { ReadEvent } from '#ports/reader.ts';

/** What the server says to a reading process: a file whose bytes follow on stdin, or that it wants more. */
export type Request = { readonly name: string; readonly bytes: number } | 'more';

/** What a reading process says: events, each group of chunks only when asked for; then `done`, or why not. */
export type Reply =
  | ReadEvent
  | { readonly kind: 'done' }
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly code: string; readonly message: string };

/** What a reading process may use. */
export interface ReadingLimits {
  readonly timeoutMs: number;
  /** Of the process as a whole, as the system counts it. */
  readonly memoryMiB: number;
  readonly maxPages: number;
  /** Chunks in one group. */
  readonly groupSize: number;
}

/** What a reading process is started with. */
export interface ReadingStart extends ReadingLimits {
  /** Id of the server's process: that of whoever is parent now may be another, when the server was killed at once. */
  readonly parent: number;
}

/** Cuts what was read into chunks, and tells how many of the paragraphs are done. */
export type Cut = (
  blocks: readonly Block[],
  report: (done: number, total: number) => void,
) => Promise<readonly Chunk[]>;
