import type { EmbeddedQuestion } from './embedded-question.ts';
import type { PassageFilter } from './passage-filter.ts';

/** A cached reply. Times are epoch milliseconds. */
export interface Answer {
  readonly id: number;
  readonly projectId: number;
  /** Hex digest of the answer profile, the normalised question and its filter; with the project it is unique. */
  readonly key: string;
  readonly question: string;
  /** What it was made from at most. */
  readonly filter: PassageFilter;
  /** False: the documents do not answer the question, and the text says so. */
  readonly found: boolean;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly evidence: Evidence;
  readonly usage: Usage;
  /** Digest of what made it: generator, prompts and settings of retrieval. */
  readonly profile: string;
  /** Provider and model. */
  readonly generator: string;
  /** The corpus version at which the evidence was last known to be what retrieval gives. */
  readonly corpusVersion: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** How long retrieval and generation took. */
  readonly tookMs: number;
  readonly hits: number;
  readonly lastHitAt: number | null;
  /** Raised when it says something else than before; an answer that is made again and comes out the same keeps it. */
  readonly version: number;
  /** When it came to say what it says; 0: not known. */
  readonly changedAt: number;
}

export interface NewAnswer extends Omit<Answer, 'id' | 'hits' | 'lastHitAt' | 'version' | 'changedAt'> {
  /** Changes of the documents are tried on it; absent or null: any change may touch the answer. */
  readonly asked?: EmbeddedQuestion | null;
  /** A model is to say what it thinks of it. */
  readonly isToBeJudged?: boolean;
  /** Digest of what readers see, given along by whoever seals the words; absent: it is made of them. */
  readonly content?: string;
}

/** What an answer said before it was replaced. */
export interface FormerAnswer extends Pick<
  Answer,
  'version' | 'found' | 'text' | 'citations' | 'generator' | 'corpusVersion' | 'changedAt'
> {
  readonly replacedAt: number;
}

/** What readers see of an answer, as text: two that are equal in it are the same to them. */
export function contentOf({ found, text, citations }: Pick<Answer, 'found' | 'text' | 'citations'>): string {
  const quotes = citations.map(({ number, document, headings, page, quote }) => [
    number,
    document,
    headings,
    page,
    quote,
  ]);
  return JSON.stringify([found, text, quotes]);
}

export interface Citation {
  /** The `[n]` in the text. */
  readonly number: number;
  readonly documentId: number;
  readonly document: string;
  readonly chunkId: number;
  readonly headings: readonly string[];
  readonly page: number | null;
  /** Words of the document, unchanged. */
  readonly quote: string;
  /** Hash of the paragraph the quote stands in. */
  readonly paragraph: string;
}

/** The paragraphs of the passages an answer was made from, in order; marked where they support a sentence. */
export interface Evidence {
  readonly paragraphs: readonly EvidenceParagraph[];
  /** Digest of the ordered paragraphs and the profile: equal means retrieval still gives the same. */
  readonly fingerprint: string;
  /** The epoch whose statistics ranked the passages; 0: not noted. */
  readonly epoch: number;
  /** A chunk that scores less than this for the question changes none of it; null: any that scores may. */
  readonly floor: number | null;
}

export interface EvidenceParagraph {
  readonly hash: string;
  readonly documentId: number;
  readonly supports: boolean;
}

/** Tokens of the model calls; zero for built-in models. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In millionths of the currency that the price was set in; null when no price is set. */
  readonly costMicros: number | null;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, costMicros: null };

/** A generation in progress for one answer key at one corpus version. The token fences a leader that lost its lease. */
export interface Flight {
  readonly projectId: number;
  readonly key: string;
  readonly corpusVersion: number;
  readonly token: number;
  readonly leaseUntil: number;
}

/**
 * The form under which questions are the same: compatibility characters unified, case folded, white space
 * collapsed, closing punctuation dropped.
 */
export function normaliseQuestion(question: string): string {
  return question.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim().replace(CLOSING_MARKS, '');
}

/** The look-behind keeps it linear: without it each mark of a long run inside is a new beginning. */
const CLOSING_MARKS = /(?<![\s?!.…;。？！؟۔।])[\s?!.…;。？！؟۔।]+$/u;
