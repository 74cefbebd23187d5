import type { Problem } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';

/** How a list of books would be read; nothing is queued. */
export interface ListPreview {
  /** Whose export it is; `unknown` when the columns were guessed. */
  readonly format: string;
  readonly columns: readonly string[];
  /** Column by role, as it was taken or is proposed. */
  readonly mapping: JsonObject;
  /** Somebody has to say that the guess is right, by sending it back as `mapping`. */
  readonly needsMapping: boolean;
  readonly books: number;
  readonly authors: number;
  /** Rows that name no author. */
  readonly leftOut: number;
  readonly problems: readonly Problem[];
  /** The first authors, in the order in which they would run. */
  readonly sample: readonly ListedAuthor[];
  readonly estimate: Estimate;
}

export interface ListedAuthor {
  readonly author: string;
  readonly books: number;
  readonly why: string;
  readonly levels: number;
  /** Other spellings in the list that were taken for the same person. */
  readonly alsoSpelled: readonly string[];
}

/** What a run would come to, from what earlier runs of the project showed; null where they showed nothing. */
export interface Estimate {
  readonly authors: number;
  readonly works: number | null;
  readonly calls: number | null;
  readonly seconds: number | null;
}
