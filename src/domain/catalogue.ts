import type { JsonObject } from './json.ts';
import type { SourceKeys } from './work.ts';

/** A cached catalogue entry. Times are epoch milliseconds. */
export interface CatalogueRecord extends NewRecord {
  readonly id: number;
}

export interface NewRecord {
  readonly projectId: number;
  readonly kind: RecordKind;
  /** Normalised: what it is looked up by. */
  readonly key: string;
  /** Tells works of one title apart: the first author's key; empty for other kinds. */
  readonly variant: string;
  /** As people write it. */
  readonly name: string;
  /** null: no source knows it, and this is kept so that none is asked again and again. */
  readonly value: JsonObject | null;
  readonly source: string;
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

export const RECORD_KINDS = ['author', 'title', 'isbn'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** "This author was done to this depth": what keeps a second run from fetching anything. */
export interface Marker {
  readonly projectId: number;
  /** An author's key, or a source's: `openlibrary:OL23919A`. */
  readonly key: string;
  /** Levels of discovery that were still to come below it. */
  readonly levels: number;
  readonly works: number;
  /** Whom its works led to: a deeper run goes on from here, and fetches nothing again. */
  readonly coAuthors: readonly CoAuthor[];
  readonly doneAt: number;
  readonly expiresAt: number;
}

export interface CoAuthor {
  readonly name: string;
  readonly keys: SourceKeys;
  /** A work they wrote together, or the subject they share. */
  readonly through: string;
}

/** An item that a run discovered: it joins the batch of the item that led to it, one level deeper. */
export interface Child {
  /** By which the batch holds it once. */
  readonly key: string;
  readonly depth: number;
  readonly priority: number;
  readonly payload: JsonObject;
}

/** Counters by name, such as `works` or `calls`: added up for a batch and an hour. */
export type Figures = Readonly<Record<string, number>>;

/** How one call to a source's API was spared or spent. */
export interface Spending {
  calls: number;
  saved: number;
}
