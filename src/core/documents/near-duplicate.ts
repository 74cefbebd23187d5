import type { IndexedChunk } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';
import { wordsOf } from '#domain/words.ts';

/** Words of one shingle, and the share of shingles that two texts must have in common. */
const SHINGLE = 3;
const LEAST_SHARED = 0.85;

/** Shorter texts mean what their headings say: "Closed." under Monday is not "Closed." under Tuesday. */
const LEAST_WORDS = 30;

/**
 * Whether two chunks say the same. Texts that differ in a number or in a negation never do, however alike they are:
 * "26 days" in this year's handbook is not "25 days" in last year's.
 */
export function isNearDuplicate(a: IndexedChunk, b: IndexedChunk): boolean {
  if (a.tokens > 1.25 * b.tokens + 5 || b.tokens > 1.25 * a.tokens + 5) return false;
  const [one, other] = [readingOf(a), readingOf(b)];
  if (one.length < LEAST_WORDS && a.headings.at(-1) !== b.headings.at(-1)) return false;
  if (one.marks !== other.marks) return false;
  return one.plain === other.plain || jaccard(one.shingles, other.shingles) >= LEAST_SHARED;
}

interface Reading {
  readonly plain: string;
  readonly length: number;
  /** Numbers and negations, in order. */
  readonly marks: string;
  readonly shingles: ReadonlySet<string>;
}

/** A chunk is compared with many: read once, while somebody holds it. */
const READINGS = new WeakMap<IndexedChunk, Reading>();

function readingOf(chunk: IndexedChunk): Reading {
  const known = READINGS.get(chunk);
  if (known !== undefined) return known;
  const words = wordsOf(textOf(chunk));
  const reading = {
    plain: words.join(' '),
    length: words.length,
    marks: words.filter((word) => MARK.test(word)).join(' '),
    shingles: new Set(words.slice(SHINGLE - 1).map((_, i) => words.slice(i, i + SHINGLE).join(' '))),
  };
  READINGS.set(chunk, reading);
  return reading;
}

const MARK = /\p{N}|^(?:no|not|never|none|nor|nobody|nothing|neither|without|cannot|unless|except)$|n't$/u;

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared += 1;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}
