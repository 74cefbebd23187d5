import type { Flight, NewAnswer } from './answer.ts';
import type { Child, Figures, Marker, NewRecord } from './catalogue.ts';
import type { Document } from './document.ts';

/** What a run leaves behind, as data: committed together with the item's settle, or not at all. */
export type Effect =
  | { readonly kind: 'answer'; readonly answer: NewAnswer; readonly flight: Flight | null }
  | {
      readonly kind: 'publish';
      readonly projectId: number;
      readonly versionId: number;
      /** Absent or null: nobody looked, and every answer is looked at again. */
      readonly carry?: Carry | null;
      /** Documents that the project may have, this one among them; absent or null: any number. */
      readonly most?: number | null;
    }
  | { readonly kind: 'records'; readonly records: readonly NewRecord[] }
  | { readonly kind: 'markers'; readonly markers: readonly Marker[] }
  /** New items of the same batch; one that the batch has already, at no greater depth, is not added again. */
  | { readonly kind: 'children'; readonly children: readonly Child[] }
  /** Counted for the item's batch and the hour. */
  | { readonly kind: 'figures'; readonly figures: Figures };

/**
 * Which answers a change of the documents may touch, as found before it. All others are carried along: they stay fresh
 * at the corpus version that the change makes. It holds as long as what it was found with does.
 */
export interface Carry {
  /** The epoch whose statistics it was found with. */
  readonly epoch: number;
  /** Answers enrolled later were not looked at. */
  readonly enrolment: number;
  /** The version of the document that was visible; null: none. */
  readonly before: number | null;
  /** Its tags; null: it was not visible. */
  readonly tags: readonly string[] | null;
  /** Ids of answers that the change may touch. */
  readonly suspects: readonly number[];
}

/** A version of a document that was written and is not visible yet. */
export interface StagedVersion {
  readonly versionId: number;
  readonly document: Pick<Document, 'name' | 'mediaType' | 'bytes' | 'sha256' | 'pages' | 'itemId'> & {
    /** The model that makes its vectors. */
    readonly embedder: string;
    /** null: those that the document has stay. */
    readonly tags: readonly string[] | null;
  };
}
