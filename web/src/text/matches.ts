export interface TextPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** Cuts a text where words of a search stand in it, whatever their capitals; only whole words count. */
export function markMatches(text: string, matches: readonly string[]): readonly TextPart[] {
  if (matches.length === 0) return [{ text, isMatch: false }];
  const words = matches.toSorted((a, b) => b.length - a.length).map(escaped);
  const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(found)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), isMatch: false });
    parts.push({ text: match[0], isMatch: true });
    at = match.index + match[0].length;
  }
  return at < text.length ? [...parts, { text: text.slice(at), isMatch: false }] : parts;
}

/** An apostrophe of a text may be the typographic one. */
function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "['’]");
}
