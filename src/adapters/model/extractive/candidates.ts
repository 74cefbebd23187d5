import type { Passage } from '#domain/document.ts';
import { isUnspaced } from '#domain/unspaced.ts';
import { isStopWord, sentencesOf, stem } from '#domain/words.ts';
import { plainWordsOf } from './question.ts';

/** A sentence, list item or table row that may be part of the answer. */
export interface Candidate extends Piece {
  readonly passage: number;
  readonly paragraph: number;
  /** Position among all candidates, in the order of passages and then of reading. */
  readonly order: number;
  /** Words of what stands over it without being a heading: a small title, the line above a list. */
  readonly title: ReadonlySet<string>;
}

export interface Piece {
  /** As it stands in the paragraph. */
  readonly quote: string;
  /** As it reads in an answer. */
  readonly shown: string;
  readonly terms: ReadonlySet<string>;
}

/** All candidates of the passages. What several passages share is taken from the first. */
export function candidatesOf(
  passages: readonly Passage[],
  piecesOf: (text: string) => readonly Piece[],
): Candidate[] {
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  passages.forEach((passage, p) => {
    let title: ReadonlySet<string> = NO_TERMS;
    let leadIn: ReadonlySet<string> = NO_TERMS;
    passage.paragraphs.forEach(({ hash, text }, index) => {
      const pieces = piecesOf(text);
      if (isTitle(text)) {
        title = pieces[0]?.terms ?? NO_TERMS;
        return;
      }
      if (seen.has(`${passage.documentId}:${hash}`)) return;
      seen.add(`${passage.documentId}:${hash}`);
      const over = isListItem(text) && leadIn.size > 0 ? leadIn : title;
      for (const piece of pieces) {
        candidates.push({ ...piece, passage: p, paragraph: index, order: candidates.length, title: over });
      }
      if (!isListItem(text)) leadIn = text.endsWith(':') ? (pieces.at(-1)?.terms ?? NO_TERMS) : NO_TERMS;
    });
  });
  return candidates;
}

const NO_TERMS: ReadonlySet<string> = new Set();

/** A few words without an end: a heading of a file whose format has none, such as a PDF. */
function isTitle(text: string): boolean {
  const most = isUnspaced(text) ? 16 : 50;
  return text.length <= most && !/[.:;!?。：；！？؟۔।]|\p{N}/u.test(text) && !/^\s*[-*•‣]/.test(text);
}

export function isListItem(text: string): boolean {
  return /^\s*([-*•‣]|\d{1,2}[.)])\s/.test(text);
}

/** Stems of the content words. */
export function termSetOf(text: string): Set<string> {
  const terms = new Set<string>();
  for (const word of plainWordsOf(text)) if (!isStopWord(word)) terms.add(stem(word));
  return terms;
}

export function readPieces(text: string): Piece[] {
  return sentencesOf(text)
    .filter((sentence) => /\p{L}/u.test(sentence))
    .map((sentence) => ({ quote: sentence, shown: tidy(sentence), terms: termSetOf(sentence) }));
}

/** A bullet says that there is a list around the sentence; in an answer there is none. */
function tidy(sentence: string): string {
  const plain = sentence.replace(/^\s*([-*•‣]|\d{1,2}[.)])\s+/, '').replace(/\s+/g, ' ');
  return /[.!?:…。！？：؟۔।]["'”’」』）)\]]*$/u.test(plain) ? plain : `${plain}.`;
}
