import type { Block } from '#domain/document.ts';
import type { ReadingLimits } from './protocol.ts';

/** What came out of a file. */
export interface ReadFile {
  /** Taken from the content, not from the name. */
  readonly mediaType: string;
  readonly pages: number | null;
  readonly blocks: readonly Block[];
}

export type ReadLimits = Pick<ReadingLimits, 'maxPages'>;

/** Told how many of how many pages, or of what else the format has, are read. */
export type Report = (unit: string, done: number, total: number) => void;
