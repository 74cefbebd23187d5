import { sentencesOf } from '#domain/words.ts';
import type { CountTokens } from './count-tokens.ts';

/** A run of a longer text, with what it counts. Runs that follow one another join without a gap. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/**
 * No longer text is ever given to the tokenizer, whose time grows with the square of a text without white space:
 * 4,000 times the letter a takes 25 ms, and a megabyte of them would take days.
 */
const MAX_COUNTED = 1_000;

export interface PieceSizes {
  /** A sentence up to this stays whole. */
  readonly mostTokens: number;
  /** A longer one is cut into parts of this, wherever it must be. */
  readonly partTokens: number;
}

/** Cuts a text at its sentence ends, and only what is no sentence that anybody would write within one. */
export function piecesOf(text: string, sizes: PieceSizes, count: CountTokens): Piece[] {
  return cutAtSentences(text).flatMap((sentence) => cutToFit(sentence, sizes, count));
}

/** Each piece ends where the next sentence begins, so the white space between them is kept. */
function cutAtSentences(text: string): string[] {
  const starts: number[] = [];
  let from = 0;
  for (const sentence of sentencesOf(text)) {
    const start = text.indexOf(sentence, from);
    starts.push(start);
    from = start + sentence.length;
  }
  starts[0] = 0;
  return starts.map((start, index) => text.slice(start, starts[index + 1]));
}

function cutToFit(text: string, { mostTokens, partTokens }: PieceSizes, count: CountTokens): Piece[] {
  const parts: Piece[] = [];
  let rest = text;
  while (rest.length > MAX_COUNTED) {
    const at = splitPoint(rest, MAX_COUNTED);
    const part = rest.slice(0, at);
    parts.push({ text: part, tokens: count(part) });
    rest = rest.slice(at);
  }
  parts.push({ text: rest, tokens: count(rest) });
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  return tokens <= mostTokens ? [{ text, tokens }] : parts.flatMap((part) => halve(part, partTokens, count));
}

function halve({ text, tokens }: Piece, maxTokens: number, count: CountTokens): Piece[] {
  if (tokens <= maxTokens || text.length <= 2) return [{ text, tokens }];
  const at = splitPoint(text, text.length >>> 1);
  return [text.slice(0, at), text.slice(at)].flatMap((half) =>
    halve({ text: half, tokens: count(half) }, maxTokens, count),
  );
}

/** After the last white space in the half before `near`; else at `near`, but never inside a surrogate pair. */
function splitPoint(text: string, near: number): number {
  for (let at = near; at > near >>> 1; at -= 1) if (/\s/.test(text.charAt(at - 1))) return at;
  const unit = text.charCodeAt(near);
  const isInsidePair = unit >= 0xdc00 && unit <= 0xdfff;
  return isInsidePair && near > 1 ? near - 1 : near;
}
