import type { IndexedChunk, Paragraph, Passage } from '#domain/document.ts';
import { isNearDuplicate } from './near-duplicate.ts';

/** Chunks that one passage is joined of at most. */
const MOST_JOINED = 3;

/**
 * Makes passages of chunks that come best first: one that says what a better one says already is left out, and one
 * that stands beside a better one in its document is joined to it, so that nobody reads half of a thing twice.
 */
export class PassageSelection {
  readonly #limit: number;
  readonly #kept: Kept[] = [];
  #chunks = 0;

  /** @param limit chunks, not passages: what a generator is given does not grow by joining */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#chunks >= this.#limit;
  }

  /** @param words what its words gave of the score */
  add(chunk: IndexedChunk, score: number, words = 0): void {
    if (this.isFull || this.#kept.some((kept) => kept.parts.some((part) => isNearDuplicate(part, chunk))))
      return;
    this.#chunks += 1;
    const beside = this.#kept.find((kept) => isBeside(kept, chunk));
    if (beside === undefined) this.#kept.push({ score, words, parts: [chunk] });
    else beside.parts.push(chunk);
  }

  /** Best first. */
  passages(): Passage[] {
    return this.#kept.map(({ score, words, parts }) => ({ ...joinParts(parts), score, words }));
  }
}

interface Kept {
  readonly score: number;
  readonly words: number;
  readonly parts: IndexedChunk[];
}

function isBeside({ parts }: Kept, chunk: IndexedChunk): boolean {
  const [first] = parts;
  return (
    first !== undefined &&
    parts.length < MOST_JOINED &&
    first.documentId === chunk.documentId &&
    parts.some((part) => Math.abs(part.number - chunk.number) === 1) &&
    first.headings.join('\n') === chunk.headings.join('\n')
  );
}

function joinParts(parts: readonly IndexedChunk[]): Omit<Passage, 'score'> {
  const [first, ...rest] = parts.toSorted((a, b) => a.number - b.number) as [IndexedChunk, ...IndexedChunk[]];
  const { number: _, ...chunk } = first;
  return {
    ...chunk,
    paragraphs: rest.reduce<readonly Paragraph[]>(
      (whole, part) => joinParagraphs(whole, part.paragraphs),
      first.paragraphs,
    ),
    tokens: parts.reduce((sum, part) => sum + part.tokens, 0),
  };
}

/** What the second repeats of the first's end (a short last paragraph, the last sentences of a window) is left out. */
function joinParagraphs(first: readonly Paragraph[], second: readonly Paragraph[]): Paragraph[] {
  const last = first.at(-1);
  const [next, ...rest] = second;
  if (last === undefined || next === undefined) return [...first, ...second];
  if (last.hash === next.hash) return [...first, ...rest];
  const text = next.text.slice(overlapOf(last.text, next.text)).trimStart();
  return text === '' ? [...first, ...rest] : [...first, { hash: next.hash, text }, ...rest];
}

/** Shorter repetitions than this are chance. */
const LEAST_OVERLAP = 20;
const MOST_OVERLAP = 1_000;

/** How many characters the end of one text and the beginning of the next have in common. */
function overlapOf(first: string, second: string): number {
  const start = second.slice(0, LEAST_OVERLAP);
  if (start.length < LEAST_OVERLAP) return 0;
  const from = Math.max(0, first.length - MOST_OVERLAP);
  for (let at = first.indexOf(start, from); at !== -1; at = first.indexOf(start, at + 1)) {
    if (second.startsWith(first.slice(at))) return first.length - at;
  }
  return 0;
}
