import type { Block, Chunk, Paragraph } from '#domain/document.ts';
import type { CountTokens } from './count-tokens.ts';
import { piecesOf } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { sectionsOf } from './sections.ts';
import type { Section } from './sections.ts';

export const CHUNK_TOKENS = 500;
const OVERLAP_TOKENS = 50;
const PIECES = { mostTokens: CHUNK_TOKENS, partTokens: OVERLAP_TOKENS };

/**
 * From this size on, a chunk ends after a paragraph whose hash begins with 0, 1, 2 or 3. Where a chunk ends then
 * depends on the text near it, not on how much stands before: after an insertion near the top of a long section
 * the old chunks come back within a few, instead of all being new.
 */
const SEAM_TOKENS = 300;

/** What cutting needs of the outside. */
export interface Measures {
  readonly count: CountTokens;
  /** Hex digits of the SHA-256 of a text. */
  readonly sha256: (text: string) => string;
  /** Told after each paragraph how many are done. */
  readonly report?: (done: number, total: number) => void;
}

/**
 * Cuts a document into chunks of whole paragraphs, at most 500 tokens, never across a heading. A short last
 * paragraph is repeated at the start of the next chunk; a paragraph that is too long becomes windows that overlap.
 */
export function chunksOf(blocks: readonly Block[], measures: Measures): Chunk[] {
  const sections = sectionsOf(blocks);
  const total = sections.reduce((sum, { paragraphs }) => sum + paragraphs.length, 0);
  let done = 0;
  const measured = (paragraph: Section['paragraphs'][number]): Unit[] => {
    const units = unitsOf(paragraph, measures);
    done += 1;
    measures.report?.(done, total);
    return units;
  };
  return sections.flatMap((section) => pack(section, section.paragraphs.flatMap(measured)));
}

/** 16 hex digits of the hash of a text, whatever its white space. */
export function paragraphHash(text: string, sha256: Measures['sha256']): string {
  return sha256(text.replace(/\s+/g, ' ').trim()).slice(0, 16);
}

/** A paragraph, or a window of one, that fits into a chunk. */
interface Unit extends Paragraph {
  readonly tokens: number;
  readonly page: number | null;
}

function unitsOf({ text, page }: Section['paragraphs'][number], { count, sha256 }: Measures): Unit[] {
  return windowsOf(piecesOf(text, PIECES, count)).map((window) => ({
    ...window,
    page,
    hash: paragraphHash(window.text, sha256),
  }));
}

/** The whole, when it fits; else runs of pieces, each beginning with the last pieces of the one before. */
function windowsOf(pieces: readonly Piece[]): Piece[] {
  const windows: Piece[] = [];
  let window: Piece[] = [];
  for (const piece of pieces) {
    if (window.length > 0 && tokensOf(window) + piece.tokens > CHUNK_TOKENS) {
      windows.push(join(window));
      window = tailOf(window);
    }
    window.push(piece);
  }
  if (window.length > 0) windows.push(join(window));
  return windows.filter(({ text }) => text !== '');
}

function tailOf(window: readonly Piece[]): Piece[] {
  let tokens = 0;
  let from = window.length;
  while (from > 1 && tokens + (window[from - 1] as Piece).tokens <= OVERLAP_TOKENS) {
    from -= 1;
    tokens += (window[from] as Piece).tokens;
  }
  return window.slice(from);
}

function join(pieces: readonly Piece[]): Piece {
  const text = pieces.map((piece) => piece.text).join('');
  return { text: text.trim(), tokens: tokensOf(pieces) };
}

function pack(section: Section, units: readonly Unit[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: Unit[] = [];
  let carried = 0;
  for (const unit of units) {
    if (isFull(open, unit)) {
      chunks.push(close(section, open, carried));
      open = open
        .slice(-1)
        .filter((last) => last.tokens <= OVERLAP_TOKENS && last.tokens + unit.tokens <= CHUNK_TOKENS);
      carried = open.length;
    }
    open.push(unit);
  }
  if (open.length > 0) chunks.push(close(section, open, carried));
  return chunks;
}

function isFull(open: readonly Unit[], next: Unit): boolean {
  const last = open.at(-1);
  if (last === undefined) return false;
  const tokens = tokensOf(open);
  return tokens + next.tokens > CHUNK_TOKENS || (tokens >= SEAM_TOKENS && /^[0-3]/.test(last.hash));
}

function close(section: Section, units: readonly Unit[], carried: number): Chunk {
  return {
    headings: section.headings,
    page: units[carried]?.page ?? null,
    paragraphs: units.map(({ hash, text }) => ({ hash, text })),
    tokens: tokensOf(units),
  };
}

function tokensOf(units: readonly { readonly tokens: number }[]): number {
  return units.reduce((sum, unit) => sum + unit.tokens, 0);
}
