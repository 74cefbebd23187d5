import type { Passage } from '#domain/document.ts';
import type { Truth } from '../../tests/support/edited-world.ts';

/** What others do: when a cached answer is thrown out, and by nothing else. */
export interface Policy {
  readonly name: string;
  /** Whether what was made of `made` is still given, when retrieval would give `now` (which the policy does not see). */
  readonly keeps: (made: Made, corpus: CorpusView) => boolean;
}

export interface Made extends Truth {
  /** Number of the edit after which it was made. */
  readonly at: number;
}

/** What a policy may look at. */
export interface CorpusView {
  readonly edit: number;
  /** Number of the last edit of a document; it is gone when there is none. */
  readonly editedAt: (documentId: number) => number | undefined;
  /** Texts of all visible chunks. */
  readonly chunks: ReadonlySet<string>;
}

/** So many edits are a time to live: a week, where 70 edits are made in it. */
const EDITS_TO_LIVE = 70;

export const POLICIES: readonly Policy[] = [
  { name: 'a time to live', keeps: ({ at }, { edit }) => edit - at < EDITS_TO_LIVE },
  {
    name: 'by document: what it was made from was edited',
    keeps: ({ passages, at }, { editedAt }) =>
      passages.every(({ documentId }) => (editedAt(documentId) ?? Infinity) <= at),
  },
  {
    name: 'by chunk: what it was made from is there no more',
    keeps: ({ passages }, { chunks }) =>
      passages.every((passage) => partsOf(passage).every((text) => chunks.has(text))),
  },
];

/** The paragraphs of a passage, each with its headings: finer than chunks of a fixed size, which one edit moves. */
export function partsOf({ headings, paragraphs }: Pick<Passage, 'headings' | 'paragraphs'>): string[] {
  return paragraphs.map(({ hash }) => `${headings.join('\n')}\n${hash}`);
}

/** How a policy does, on the same asks as ours. */
export class PolicyRun {
  readonly policy: Policy;
  readonly #made = new Map<string, Made>();
  stale = 0;
  madeAgain = 0;

  constructor(policy: Policy) {
    this.policy = policy;
  }

  ask(question: string, truth: Truth, corpus: CorpusView): void {
    const made = this.#made.get(question);
    if (made !== undefined && this.policy.keeps(made, corpus)) {
      if (made.text !== truth.text) this.stale += 1;
      return;
    }
    if (made !== undefined) this.madeAgain += 1;
    this.#made.set(question, { ...truth, at: corpus.edit });
  }
}
