export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where a quote stands in a text, whatever the white space between its words; null when it does not. */
export function findQuote(text: string, quote: string): Place | null {
  const words = quote.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const pattern = new RegExp(words.map(escapePattern).join(String.raw`\s+`));
  const found = pattern.exec(text);
  return found === null ? null : { from: found.index, to: found.index + found[0].length };
}

function escapePattern(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
