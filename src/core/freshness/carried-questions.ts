import { hash32 } from '#domain/hash32.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { EnrolledAnswer } from '#ports/store/carried.ts';
import { readQuery } from '../documents/read-query.ts';
import type { WordQuery } from '../documents/read-query.ts';

/** An answer, as chunks are tried on it. */
export interface CarriedQuestion {
  readonly id: number;
  readonly filter: PassageFilter;
  readonly words: WordQuery;
  readonly vector: Uint8Array;
  readonly floor: number | null;
  /** 32 bits of the hash of each paragraph and its document: two that share them make a suspect too many. */
  readonly evidence: Uint32Array;
}

/** What one takes beside its arrays, roughly. */
const OWN_BYTES = 600;

/** The carried answers of a project in this process, up to an enrolment. */
export class CarriedQuestions {
  readonly #byId = new Map<number, CarriedQuestion>();
  /** All that were enrolled up to here, and are carried still, are among them; others may be. */
  enrolment = 0;
  bytes = 0;

  get size(): number {
    return this.#byId.size;
  }

  add({ id, question, filter, vector, floor, evidence }: EnrolledAnswer): void {
    const carried: CarriedQuestion = {
      id,
      filter,
      words: readQuery(question),
      // Copied: a view would keep the whole page that it came in.
      vector: Uint8Array.from(vector),
      floor,
      evidence: Uint32Array.from(evidence, ({ documentId, hash }) => placeOf(documentId, hash)),
    };
    const before = this.#byId.get(id);
    if (before !== undefined) this.bytes -= bytesOf(before);
    this.bytes += bytesOf(carried);
    this.#byId.set(id, carried);
  }

  all(): IterableIterator<CarriedQuestion> {
    return this.#byId.values();
  }
}

export function placeOf(documentId: number, hash: string): number {
  return hash32(`${documentId}:${hash}`);
}

function bytesOf({ vector, evidence, words }: CarriedQuestion): number {
  return OWN_BYTES + vector.length + evidence.byteLength + 64 * words.concepts.length;
}
