import { consonantsOf, plainLetters } from './author-name.ts';

/** A series in brackets at the end: `(The Stormlight Archive, #1)`, `(Name #4.5)`, `(Name, #1-2)`. */
const SERIES = /\s*[([][^()[\]]*(?:#|\bbook\b|\bvol(?:ume|\.)?\b|\bno\.)\s*[\d.,–-]+[^()[\]]*[)\]]\s*$/iu;

/** A title as one looks for it: no series in brackets, spaces tidied. */
export function withoutSeries(title: string): string {
  const tidy = title
    .normalize('NFC')
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const bare = tidy.replace(SERIES, '').trim();
  return bare === '' ? tidy : bare;
}

/** The text under which spellings of a title are the same: marks, accents, case, `&` and a leading article gone. */
export function titleKey(title: string): string {
  const words = plainLetters(withoutSeries(title))
    .replace(/&/g, ' and ')
    .replace(/['’ʼ`]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return words.replace(/^(?:the|a|an) (?=.)/, '').slice(0, 300);
}

/** The title before its subtitle; the same when it has none. */
export function mainTitle(title: string): string {
  const bare = withoutSeries(title);
  const main = /^(.{2,}?)\s*(?:[:;]| - | – | — )/u.exec(bare)?.[1];
  return main ?? bare;
}

const SMALL_WORDS = new Set(['the', 'a', 'an', 'of', 'and', 'to', 'in', 'on', 'at', 'for', 'or']);

/** What stays of a key when it is spelled by ear: near keys are found by it, and by its beginning. */
export function skeletonOf(key: string): string {
  const words = key.split(' ');
  const telling = words.filter((word) => !SMALL_WORDS.has(word));
  return (telling.length === 0 ? words : telling).map(consonantsOf).join(' ').slice(0, 120);
}

/** How alike two keys are, 0 to 1: shared pairs of letters (Dice), so that a wrong letter costs little. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const [one, other] = [pairsOf(a), pairsOf(b)];
  if (one.length === 0 || other.length === 0) return 0;
  const left = new Map<string, number>();
  for (const pair of one) left.set(pair, (left.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of other) {
    const count = left.get(pair) ?? 0;
    if (count === 0) continue;
    shared += 1;
    left.set(pair, count - 1);
  }
  return (2 * shared) / (one.length + other.length);
}

function pairsOf(text: string): string[] {
  return text.split(' ').flatMap((word) => {
    const padded = ` ${word} `;
    return Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2));
  });
}

/** Books about a book, and several sold as one: neither is a work of its author. */
const NOT_A_WORK = [
  /\b(?:spark|cliffs?|monarch|york|barron'?s?)\s?notes\b/i,
  /\b(?:study|reading|reader'?s|teacher'?s|teaching|instructor'?s) (?:guide|notes|companion|resource)\b/i,
  /\b(?:summary|analysis|synopsis|review|study guide|conversation starters|trivia|notes)(?: and analysis)? (?:of|on|to|for)\b/i,
  /\b(?:lit|lesson)\s?plans?\b|\blitcharts\b|\bsupersummary\b|\bbookrags\b|\bworkbook\b|\bcrosswords?\b/i,
  /\b(?:box(?:ed)?|gift|book|collection|hardcover|paperback|slipcase) sets?\b/i,
  /\bset of \d+\b|\b\d+[- ]books?\b(?:.*\b(?:set|collection|pack|bundle)\b)|\bbooks? \d+\s*(?:-|–|to|through|and|&)\s*\d+\b/i,
  /\b(?:trilogy|series|saga|quartet|omnibus|complete)\b.*\b(?:set|collection|bundle|pack)\b/i,
  /\b(?:calendar|coloring book|colouring book|sticker book|blank journal|notebook|diary planner)\b/i,
  /#\s?\d+\s*(?:-|–)\s*#?\d+/,
];

/** Whether a title is a work: not a study guide, and not several works in a box. */
export function isWorkTitle(title: string): boolean {
  return !NOT_A_WORK.some((pattern) => pattern.test(title));
}
