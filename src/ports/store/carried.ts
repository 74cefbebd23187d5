import type { Page, PageRequest } from '#domain/page.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { IndexEntry } from './documents.ts';

/**
 * Answers that are carried along when documents change. An answer is enrolled while it is known to stand at the
 * project's corpus version; from then on it stands at every version that follows, until a change touches it: the change
 * itself drops it from among the carried, in its own transaction. What nobody enrolled stands where it was last looked at.
 *
 * A change carries answers only by a `Carry` (src/domain/effect.ts) that was found with the same epoch, the same visible
 * version and tags of the document, and no later enrolment than the answer's; all others are dropped. A corpus version that was
 * raised in any other way carries nothing.
 */
export interface CarriedStore {
  state(projectId: number): Promise<CarriedState>;
  /** Enrols what was stored or confirmed since the last time and still stands at the project's version and epoch. */
  enrol(projectId: number): Promise<void>;
  /** Carried answers, by id, that were enrolled after `after` and not after `upTo`. */
  enrolled(projectId: number, request: EnrolledRequest): Promise<readonly EnrolledAnswer[]>;
  /** What the change would bring and take; null: too much, or it is not there. */
  difference(projectId: number, change: ComingChange): Promise<CorpusDifference | null>;
  /** What became of the answers at past changes, newest first. The last `KEPT_CHANGES` are kept. */
  changes(projectId: number, filter: ChangeFilter, page: PageRequest): Promise<Page<CorpusChange>>;
  /** The answers that a change touched, by id. */
  touched(projectId: number, corpusVersion: number, page: PageRequest): Promise<Page<TouchedAnswer>>;
}

export const KEPT_CHANGES = 1_000;
/** Answers that are listed of one change; more are counted only. */
export const MOST_TOUCHED = 2_000;
/** Chunks of a change that is not taken apart any more. */
export const MOST_DIFFERENT = 2_000;

export interface CarriedState {
  readonly corpusVersion: number;
  readonly epoch: number;
  /** Grows with each enrolment of answers. */
  readonly enrolment: number;
  /** How many answers are carried. */
  readonly carried: number;
  /** There are answers that were stored or confirmed since the last enrolment. */
  readonly hasNew: boolean;
}

export interface EnrolledRequest {
  readonly after: number;
  readonly upTo: number;
  /** For a further page: the id of the last answer before. */
  readonly afterId: number;
  readonly limit: number;
}

/** An answer, as far as it takes to try chunks on it. */
export interface EnrolledAnswer {
  readonly id: number;
  readonly question: string;
  readonly filter: PassageFilter;
  readonly floor: number | null;
  /** See `packQuestion`. */
  readonly vector: Uint8Array;
  /** Paragraphs that it was made from, with their documents. */
  readonly evidence: readonly { readonly documentId: number; readonly hash: string }[];
}

/** A staged version is published; a document goes; or it gets other tags. */
export type ComingChange =
  | { readonly versionId: number }
  | { readonly documentId: number; readonly tags?: readonly string[] };

export interface CorpusDifference {
  readonly documentId: number;
  /** The version that is visible; null: none. */
  readonly before: number | null;
  readonly epoch: number;
  /** Of the document, on both sides of the change; null: nobody sees it there. */
  readonly tags: { readonly before: readonly string[] | null; readonly after: readonly string[] | null };
  /** Its tags alone: whoever sees it on both sides sees the same. */
  readonly isOfTags: boolean;
  /** What follows is all that comes or goes for a question that sees the document on one side only. */
  readonly isWhole: boolean;
  /** Chunks that come or go. */
  readonly chunks: readonly IndexEntry[];
  /** Hashes of paragraphs of chunks that go, or stay and get other neighbours. */
  readonly paragraphs: readonly string[];
}

export interface ChangeFilter {
  readonly documentId?: number;
}

/** A change of the documents, and what became of the answers. */
export interface CorpusChange {
  readonly corpusVersion: number;
  /** null: it was no change of one document. */
  readonly documentId: number | null;
  /** Its name. */
  readonly document: string | null;
  readonly kind: 'added' | 'changed' | 'removed' | 'tagged' | 'recounted';
  /** `probed`: only what it could touch was touched. `epoch`: scores moved. `unprobed`: it was too large, or met another. */
  readonly reach: 'probed' | 'epoch' | 'unprobed';
  /** Answers that were carried before it. */
  readonly answers: number;
  /** Answers to be looked at again for it. */
  readonly touched: number;
  /** Of the touched that are listed: how many were found to have their evidence still, came out the same, say something else, or are gone. */
  readonly kept: number;
  readonly same: number;
  readonly different: number;
  readonly dropped: number;
  readonly at: number;
}

export interface TouchedAnswer {
  readonly answerId: number;
  readonly question: string | null;
  /** null: nobody looked yet. */
  readonly outcome: TouchOutcome | null;
}

/** `kept`: it has its evidence still. `same`: made again, it says the same. */
export type TouchOutcome = 'kept' | 'same' | 'different' | 'dropped';
