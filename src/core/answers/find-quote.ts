import type { Passage } from '#domain/document.ts';
import { sentencesOf, termsOf } from '#domain/words.ts';
import type { Quote } from '#ports/model.ts';

const MAX_QUOTE_CHARACTERS = 400;

/** A quote, and how much of what is said it covers, from 0 to 1. */
export interface Support {
  readonly quote: Quote;
  readonly share: number;
}

/**
 * The sentence of a passage that says most of what `said` says, word for word as it stands there; its first when none
 * shares a word, as in an answer in another language. Null when the passage has no text.
 */
export function findQuote(said: string, passage: Passage, index: number): Support | null {
  const wanted = new Set(termsOf(said));
  let best: { readonly quote: Quote; readonly shared: number } | null = null;
  passage.paragraphs.forEach(({ text }, paragraph) => {
    for (const sentence of sentencesOf(text)) {
      const shared = sharedTerms(wanted, sentence);
      const isBetter = best === null || shared > best.shared;
      if (isBetter) best = { quote: { passage: index, paragraph, text: clip(sentence) }, shared };
    }
  });
  const found = best as { readonly quote: Quote; readonly shared: number } | null;
  return found === null
    ? null
    : { quote: found.quote, share: wanted.size === 0 ? 0 : found.shared / wanted.size };
}

/** Terms that both have. Among sentences with as many, the earlier one wins. */
function sharedTerms(wanted: ReadonlySet<string>, sentence: string): number {
  const seen = new Set<string>();
  for (const term of termsOf(sentence)) if (wanted.has(term)) seen.add(term);
  return seen.size;
}

/** A table read as one sentence can be pages long. A cut keeps the quote a piece of its paragraph. */
function clip(sentence: string): string {
  if (sentence.length <= MAX_QUOTE_CHARACTERS) return sentence;
  const cut = sentence.lastIndexOf(' ', MAX_QUOTE_CHARACTERS);
  const clipped = sentence.slice(0, cut > MAX_QUOTE_CHARACTERS / 2 ? cut : MAX_QUOTE_CHARACTERS);
  return /[\ud800-\udbff]$/.test(clipped) ? clipped.slice(0, -1) : clipped;
}
