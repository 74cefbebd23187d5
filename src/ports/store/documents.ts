import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import type { Chunk, Document, IndexedChunk } from '#domain/document.ts';
import type { Carry, StagedVersion } from '#domain/effect.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/**
 * Documents come in versions. A version is staged in steps, invisible; the `publish` effect makes it visible and
 * retires the one before, in one transaction that raises the project's corpus version. Rows of retired versions
 * are removed later. Of two uploads of one name the later one stays, whichever is read first, and the same bytes are
 * not published under a second name: then `publish` is refused (`superseded`, `same_content`). That transaction, and `remove`'s, also begins a new epoch of statistics when one is due
 * (`isEpochDue` of src/domain/corpus-statistics.ts).
 */
export interface DocumentStore {
  /** Opens a version of the document of that name. */
  stage(projectId: number, document: StagedVersion['document'], now: number): Promise<number>;
  /**
   * The vectors that an embedder has made before for chunks of the same headings and text, in any version whose rows
   * are there; null for each that it has not.
   */
  knownVectors(
    projectId: number,
    embedder: string,
    chunks: readonly Chunk[],
  ): Promise<readonly (Float32Array | null)[]>;
  /** Writes chunks of a staged version, with their vectors. */
  stageChunks(versionId: number, chunks: readonly StagedChunk[]): Promise<void>;
  /** Removes a document from sight; raises the corpus version. False when there is none. */
  remove(projectId: number, documentId: number, removal: Removal): Promise<boolean>;
  /** Gives a document other tags; raises the corpus version when they differ. False when there is none to see. */
  setTags(projectId: number, documentId: number, tagging: Tagging): Promise<boolean>;
  /** The tags of visible documents, with how many documents have each; by name. */
  tags(projectId: number): Promise<readonly TagCount[]>;
  /** Counts the words of the corpus anew, as a new epoch; raises the corpus version. */
  recount(projectId: number, now: number): Promise<void>;
  /** Removes rows that nobody sees: of retired versions, and of staged ones older than `before`; true when done. */
  sweep(before: number, limit: number): Promise<boolean>;

  /** What needs kept files, of any project; files that nothing needs are left out. */
  fileUses(sha256s: readonly string[]): Promise<readonly FileUse[]>;

  find(projectId: number, documentId: number): Promise<DocumentDetail | null>;
  /** The visible document of that name or content. */
  findBy(
    projectId: number,
    what: { readonly name: string } | { readonly sha256: string },
  ): Promise<Document | null>;
  list(projectId: number, filter: DocumentFilter, page: PageRequest): Promise<Page<Document>>;
  /** Visible documents whose name begins so, by id, from the one after `after`; fewer than `limit`: there are no more. */
  manifest(projectId: number, request: ManifestRequest): Promise<readonly DocumentName[]>;
  /** Visible documents with any of these contents, by id. */
  holding(projectId: number, sha256s: readonly string[]): Promise<readonly DocumentName[]>;
  /** What became of these documents at the corpus versions after `after`, up to `upTo`; newest first. */
  changed(projectId: number, request: ChangedRequest): Promise<readonly DocumentChange[]>;
  /** Visible documents, and their chunks. */
  totals(projectId: number): Promise<{ readonly total: number; readonly chunks: number }>;

  /** Retrieval's side. */
  readonly passages: PassageStore;
}

/**
 * What retrieval is fed with. Ranking is not the store's: words are ranked by an index that core holds, out of what
 * `changes` gives, so that every store ranks alike.
 */
export interface PassageStore {
  /** What an index that stands at corpus version `since` has to learn, page by page, as of one version. */
  changes(projectId: number, request: HistoryRequest): Promise<IndexHistory>;
  /** Chunks by id, in the order asked for; those no longer visible are left out. */
  load(projectId: number, chunkIds: readonly number[]): Promise<readonly IndexedChunk[]>;
  /** A document's visible chunks, in order. */
  chunks(projectId: number, documentId: number, page: PageRequest): Promise<Page<IndexedChunk>>;
}

export interface Tagging extends Removal {
  readonly tags: readonly string[];
}

export interface Removal {
  readonly now: number;
  /** See the effect `publish`. */
  readonly carry?: Carry | null;
}

export interface StagedChunk extends Chunk {
  readonly vector: Float32Array;
}

/** One document came into sight, was replaced by another version, or was removed. */
export interface DocumentChange {
  readonly corpusVersion: number;
  readonly documentId: number;
  readonly name: string;
  readonly kind: 'added' | 'changed' | 'removed';
}

export interface ChangedRequest {
  readonly documentIds: readonly number[];
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** A visible document, as far as it takes to compare it with a file. */
export type DocumentName = Pick<Document, 'id' | 'name' | 'sha256'>;

export interface ManifestRequest {
  readonly prefix: string;
  /** Id of the last document of the page before; 0: from the first. */
  readonly after: number;
  readonly limit: number;
}

export interface DocumentDetail extends Document {
  readonly answers: number;
}

export interface DocumentFilter {
  readonly text?: string;
  readonly tag?: string;
}

export interface FileUse {
  readonly sha256: string;
  /** An item may still read it, or be tried again with it. */
  readonly isOpen: boolean;
  /** It is the content of a visible document. */
  readonly isVisible: boolean;
}

export interface TagCount {
  readonly tag: string;
  readonly documents: number;
}

export interface HistoryRequest {
  /** The corpus version that the index stands at; 0: it is empty. */
  readonly since: number;
  /** The epoch whose statistics it has; 0: none. */
  readonly epoch: number;
  readonly limit: number;
  /** For a further page: the version of the first, and where the last one ended. */
  readonly upTo?: number;
  readonly after?: number;
}

/**
 * A page of what came and went. What is retired while pages are read is in none of the later ones: whoever reads
 * them sees by the corpus version that it moved, and reads on from there.
 */
export interface IndexHistory {
  /** The corpus version that the index stands at after the last page. */
  readonly version: number;
  /** `added` is all there is: whoever held an index begins anew, since what was removed is no longer known. */
  readonly isWhole: boolean;
  readonly added: readonly IndexEntry[];
  /** On the first page only. */
  readonly removed: readonly number[];
  /** On the first page, where the project's epoch is another one or all is given; null too: nothing was counted. */
  readonly statistics: CorpusStatistics | null;
  /** Where the next page begins; null: this was the last. */
  readonly next: number | null;
}

/** A chunk as the indexes know it. */
export interface IndexEntry {
  readonly chunkId: number;
  readonly documentId: number;
  /** Its place in the document, from 1. */
  readonly number: number;
  /** Digest of headings and text, 16 hex digits: it orders what scores alike, whatever ids a store gives. */
  readonly identity: string;
  /** Its words: `unpackTerms`. */
  readonly terms: Uint8Array;
  readonly vector: Float32Array;
}
