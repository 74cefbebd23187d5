import type { IndexedChunk } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';
import { wordsOf } from '#domain/words.ts';

/** Words of one shingle, and the share of shingles that two texts must have in common. */
const SHINGLE = 3;
const LEAST_SHARED = 0.85;

/** Shorter texts mean what their headings say: "Closed." under Monday is not "Closed." under Tuesday. */
const LEAST_WORDS = 30;

/**
 * Whether two chunks say the same. Texts that differ in a number, a day, a name or a negation never do, however alike
 * they are: "26 days" in this year's handbook is not "25 days" in last year's, and what is made out of one template
 * for Lyon and for Porto says two things.
 */
export function isNearDuplicate(a: IndexedChunk, b: IndexedChunk): boolean {
  if (a.tokens > 1.25 * b.tokens + 5 || b.tokens > 1.25 * a.tokens + 5) return false;
  const [one, other] = [readingOf(a), readingOf(b)];
  if (one.length < LEAST_WORDS && a.headings.at(-1) !== b.headings.at(-1)) return false;
  if (one.marks !== other.marks || one.names !== other.names) return false;
  return one.plain === other.plain || jaccard(one.shingles, other.shingles) >= LEAST_SHARED;
}

interface Reading {
  readonly plain: string;
  readonly length: number;
  /** Numbers, days and negations, in order. */
  readonly marks: string;
  /** Words with a capital inside a sentence, each once: how often they are said does not matter. */
  readonly names: string;
  readonly shingles: ReadonlySet<string>;
}

/** A chunk is compared with many: read once, while somebody holds it. */
const READINGS = new WeakMap<IndexedChunk, Reading>();

function readingOf(chunk: IndexedChunk): Reading {
  const known = READINGS.get(chunk);
  if (known !== undefined) return known;
  const text = textOf(chunk);
  const words = wordsOf(text);
  const reading = {
    plain: words.join(' '),
    length: words.length,
    marks: words.filter((word) => MARKS.has(word) || MARK.test(word)).join(' '),
    names: [...new Set(text.match(NAME))].sort().join(' '),
    shingles: new Set(words.slice(SHINGLE - 1).map((_, i) => words.slice(i, i + SHINGLE).join(' '))),
  };
  READINGS.set(chunk, reading);
  return reading;
}

const MARK = /\p{N}|n't$/u;
const MARKS: ReadonlySet<string> = new Set(
  `no not never none nor nobody nothing neither without cannot unless except
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half quarter
  first second third fourth fifth sixth seventh eighth ninth tenth last
  monday tuesday wednesday thursday friday saturday sunday
  january february march april may june july august september october november december`.split(/\s+/),
);
const NAME = /(?<=[\p{Ll}\p{N}][,;]? )\p{Lu}[\p{L}\p{N}]*/gu;

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared += 1;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}
