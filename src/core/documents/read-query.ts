import { hash32 } from '#domain/hash32.ts';
import { termsOf } from '#domain/words.ts';

/** What a question asks the word index. */
export interface WordQuery {
  readonly concepts: readonly Concept[];
}

export interface Concept {
  readonly weight: number;
  /** The word itself, then others that may stand for it, each with what it counts beside the word. */
  readonly forms: readonly { readonly hash: number; readonly share: number }[];
}

/** The content words of a question. One that has none, as "Who are we?", is left to the vectors. */
export function readQuery(question: string): WordQuery {
  return {
    concepts: Array.from(new Set(termsOf(question)), (term) => ({
      weight: 1,
      forms: [{ hash: hash32(term), share: 1 }],
    })),
  };
}
