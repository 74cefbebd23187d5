import type { CatalogueRecord, Marker, NewRecord, RecordKind } from '#domain/catalogue.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/** Cached catalogue entries, by project, kind and key. Runs write them by the effect `records`. */
export interface RecordStore {
  /** All variants under a key, also expired ones, by variant. */
  find(projectId: number, kind: RecordKind, key: string): Promise<readonly CatalogueRecord[]>;
  /** Keys of what sources know whose skeleton begins so, in order of the skeleton. */
  near(
    projectId: number,
    kind: RecordKind,
    beginning: string,
    limit: number,
  ): Promise<readonly { readonly key: string; readonly name: string }[]>;
  /** What a read fetched; takes the place of what is there under the same key and variant. */
  put(records: readonly NewRecord[]): Promise<void>;
  /** In order of the key. */
  list(projectId: number, filter: RecordFilter, page: PageRequest): Promise<Page<CatalogueRecord>>;
  totals(projectId: number, now: number): Promise<RecordTotals>;
  /**
   * Removes records that expired before `recordsBefore` (until then they can be shown while they are fetched anew), and
   * markers and answers of sources that have expired, up to `limit` of each; true when done.
   */
  sweep(recordsBefore: number, now: number, limit: number): Promise<boolean>;
}

export interface RecordFilter {
  readonly kind: RecordKind;
  /** Part of the name, any case. */
  readonly text?: string;
  /** Without those that say that nobody knows it. */
  readonly isKnown?: boolean;
}

export interface RecordTotals {
  readonly authors: number;
  readonly titles: number;
  readonly isbns: number;
  readonly unknown: number;
  readonly expired: number;
  readonly markers: number;
}

export interface MarkerStore {
  /** Those of the keys that are there and have not expired. */
  find(projectId: number, keys: readonly string[], now: number): Promise<readonly Marker[]>;
  /** Forgets markers, so that the next run fetches again. */
  drop(projectId: number, keys: readonly string[]): Promise<number>;
}

/** What sources answered, kept as it came: the same call is not made twice. */
export interface ResponseStore {
  find(projectId: number, key: string, now: number): Promise<KeptResponse | null>;
  put(projectId: number, key: string, response: KeptResponse, expiresAt: number): Promise<void>;
}

export interface KeptResponse {
  readonly status: number;
  /** Text of the body. */
  readonly body: string;
}
