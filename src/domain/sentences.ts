/**
 * The sentences of a text, each an unchanged piece of it. A line that begins with a bullet and a blank line end
 * a sentence too; abbreviations, initials, decimals and list numbers do not.
 */
export function sentencesOf(text: string): string[] {
  return text.split(LINE_BREAKS).flatMap(splitLine);
}

/** Blank lines, and line ends before a bullet or a list number. */
const LINE_BREAKS = /\n\s*\n|\n(?=\s*(?:[-*•‣–]|\d{1,3}[.)])\s)/;

/** A possible end: closing punctuation with what closes around it, then white space; wide forms need none. */
const END = /[.!?…؟۔।]+["'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*/g;

/** Never an end, whatever follows. */
const NEVER_ENDS = new Set(
  'e.g i.e eg ie cf vs viz mr mrs ms dr prof st fig figs approx ca incl excl tel dept jan feb apr jun jul aug sept'.split(
    ' ',
  ),
);

/** Not an end when a number follows: "No. 5", "p. 12". */
const BEFORE_NUMBERS = new Set('no nos p pp sec ch vol ed ext art para'.split(' '));

/** An end only when what follows begins like a sentence. */
const OPENS_SENTENCE = /^\s+["'“‘«([]*[\p{Lu}\p{Lo}\p{N}•]/u;

function splitLine(line: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of line.matchAll(END)) {
    const end = match.index + match[0].length;
    if (!isEnd(line, start, match.index, match[0], end)) continue;
    sentences.push(line.slice(start, end).trim());
    start = end;
  }
  sentences.push(line.slice(start).trim());
  return sentences.filter((sentence) => sentence !== '');
}

function isEnd(line: string, start: number, at: number, mark: string, end: number): boolean {
  if (/^[。！？]/.test(mark)) return true;
  // A mark far behind: forty characters are enough to see the word before it, and keep long lines linear.
  if (!OPENS_SENTENCE.test(line.slice(end, end + 40))) return false;
  if (!mark.startsWith('.') || mark.startsWith('..')) return true;
  const before = line.slice(Math.max(start, at - 40), at);
  const word = /[\p{L}\p{N}.]+$/u.exec(before)?.[0] ?? '';
  const isListNumber = /^\d{1,3}$/.test(word) && before.trim() === word;
  const isInitial = /^\p{Lu}$/u.test(word);
  return !isListNumber && !isInitial && !isAbbreviation(word.toLowerCase(), line.slice(end, end + 40));
}

function isAbbreviation(word: string, after: string): boolean {
  return NEVER_ENDS.has(word) || (BEFORE_NUMBERS.has(word) && /^\s+\p{N}/u.test(after));
}
