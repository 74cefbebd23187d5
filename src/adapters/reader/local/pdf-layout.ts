import type { Block } from '#domain/document.ts';
import type { Line } from './pdf-lines.ts';
import { withoutRunningLines } from './pdf-running-lines.ts';
import { oneLine } from './tidy.ts';

/** Letters this much larger than those of most of the text make a heading. */
const HEADING_RATIO = 1.15;
const MAX_HEADING = 200;

/** A heading in letters of the usual size stands out by its font: short, alone on its line, and no sentence. */
const MAX_BOLD_HEADING = 80;

/** A gap this much larger than that between most lines parts paragraphs. */
const PARAGRAPH_RATIO = 1.35;

const BULLET = /^\s*(?:[-*•‣▪●◦–]|\d{1,3}[.)])\s/;

/** Makes headings and paragraphs out of the lines of each page. */
export function layOut(pages: readonly (readonly Line[])[]): Block[] {
  const kept = withoutRunningLines(pages);
  const all = kept.flat();
  const body = mostCommon(
    all.map((line) => [round(line.size), line.text.length]),
    0,
  );
  const font = mostCommon(
    all.map((line) => [line.font, line.text.length]),
    null,
  );
  const measures: Measures = { body, font, levels: levelsOf(all, body), gap: usualGap(kept, body) };
  return joinAcrossPages(kept.flatMap((lines, index) => layOutPage(lines, index + 1, measures)));
}

interface Measures {
  /** Size of the letters that most of the text has. */
  readonly body: number;
  /** The font that most of the text has. */
  readonly font: string | null;
  /** Heading sizes, largest first. */
  readonly levels: readonly number[];
  /** Distance between the base lines of most neighbours. */
  readonly gap: number;
}

function layOutPage(lines: readonly Line[], page: number, measures: Measures): Block[] {
  const blocks: Block[] = [];
  let open: Line[] = [];
  for (const line of lines) {
    const last = open.at(-1);
    if (last !== undefined && !belongsTo(last, line, measures)) {
      blocks.push(toBlock(open, page, measures));
      open = [];
    }
    open.push(line);
  }
  if (open.length > 0) blocks.push(toBlock(open, page, measures));
  return blocks;
}

function belongsTo(last: Line, line: Line, measures: Measures): boolean {
  if (isBold(last, measures) || isBold(line, measures) || BULLET.test(line.text)) return false;
  const isHeading = isLarge(last, measures);
  if (isHeading !== isLarge(line, measures)) return false;
  if (isHeading && round(last.size) !== round(line.size)) return false;
  const gap = last.y - line.y;
  const usual = isHeading ? last.size * 1.2 : measures.gap;
  return gap >= 0 && gap <= usual * PARAGRAPH_RATIO;
}

function isLarge(line: Line, measures: Measures): boolean {
  return (
    line.size >= measures.body * HEADING_RATIO && line.text.length <= MAX_HEADING && /\p{L}/u.test(line.text)
  );
}

function isBold({ font, size, text }: Line, measures: Measures): boolean {
  if (font === null || font === measures.font || size < measures.body * 0.95) return false;
  if (size >= measures.body * HEADING_RATIO) return false;
  return text.length <= MAX_BOLD_HEADING && /^[\p{Lu}\p{N}].*[\p{L}\p{N})?]$/u.test(text.trim());
}

function toBlock(lines: readonly Line[], page: number, measures: Measures): Block {
  const [first] = lines as [Line, ...Line[]];
  const text = joinLines(lines);
  if (isBold(first, measures))
    return { kind: 'heading', level: Math.min(6, measures.levels.length + 1), text, page };
  if (!isLarge(first, measures) || text.length > MAX_HEADING) return { kind: 'paragraph', text, page };
  const level = Math.min(6, measures.levels.indexOf(round(first.size)) + 1);
  return { kind: 'heading', level, text, page };
}

/** A word cut by a hyphen at the end of a line is made whole: "informa-" and "tion". */
function joinLines(lines: readonly Line[]): string {
  return lines.map(({ text }) => oneLine(text)).reduce(joinTexts);
}

function joinTexts(before: string, after: string): string {
  const isCut = /\p{Ll}[-\u2010]$/u.test(before) && /^\p{Ll}/u.test(after);
  return isCut ? before.slice(0, -1) + after : `${before} ${after}`;
}

/** A sentence that runs over a page's end is one paragraph, on the page where it began. */
function joinAcrossPages(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    const runsOn =
      last?.kind === 'paragraph' &&
      block.kind === 'paragraph' &&
      last.page !== block.page &&
      /[\p{L},\-\u2010]$/u.test(last.text) &&
      /^\p{Ll}/u.test(block.text);
    if (runsOn) joined[joined.length - 1] = { ...last, text: joinTexts(last.text, block.text) };
    else joined.push(block);
  }
  return joined;
}

function levelsOf(lines: readonly Line[], body: number): number[] {
  const sizes = lines.filter((line) => line.size >= body * HEADING_RATIO).map((line) => round(line.size));
  return [...new Set(sizes)].sort((a, b) => b - a);
}

function usualGap(pages: readonly (readonly Line[])[], body: number): number {
  const gaps = pages.flatMap((lines) => lines.slice(1).map((line, i) => (lines[i] as Line).y - line.y));
  const plausible = gaps.filter((gap) => gap > body * 0.8 && gap < body * 2);
  return mostCommon(
    plausible.map((gap) => [round(gap), 1]),
    body * 1.2,
  );
}

/** The value with the most weight; the first of equals. */
function mostCommon<T>(weighted: readonly (readonly [T, number])[], otherwise: T): T {
  const weights = new Map<T, number>();
  for (const [value, weight] of weighted) weights.set(value, (weights.get(value) ?? 0) + weight);
  const [best] = [...weights].sort(([, a], [, b]) => b - a);
  return best === undefined ? otherwise : best[0];
}

/** To half points: fonts of one size differ by less. */
function round(size: number): number {
  return Math.round(size * 2) / 2;
}
