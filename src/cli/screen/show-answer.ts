import { staleWords } from '#sdk/index.ts';
import type { Asked, Citation } from '#sdk/wire/answers.ts';
import { showAge, showDuration } from './show-time.ts';
import type { Paint } from './terminal.ts';
import { clean, clip, wrap } from './visible-text.ts';

const MOST_COLUMNS = 92;
const MARGIN = '  ';

/** Text and sources of an answer, as lines. */
export function answerLines(
  { answer, citations }: Pick<Asked, 'answer' | 'citations'>,
  width: number,
  paint: Paint,
): string[] {
  const columns = Math.min(MOST_COLUMNS, width - 2 * MARGIN.length);
  // Paragraphs and lists keep their lines; everything else that is not a letter goes.
  const text = answer
    .split(/\r?\n/)
    .flatMap((line) => (line.trim() === '' ? [''] : wrap(withMarks(clean(line)), columns)));
  const lines = text.map(
    (line) => `${MARGIN}${line.replaceAll(NO_BREAK, ' ').replace(/\[\d+\]/g, (mark) => paint.accent(mark))}`,
  );
  const sources = citations.flatMap((citation, index) => {
    const before = citations[index - 1];
    const isSamePlace = before !== undefined && placeOf(before) === placeOf(citation);
    return sourceLines({ ...citation, isSamePlace }, columns, paint);
  });
  return sources.length === 0 ? lines : [...lines, '', ...sources];
}

const NO_BREAK = '\u00a0';

/** A mark stays with the word before it. */
function withMarks(line: string): string {
  return line.replace(/ (?=\[\d+\])/g, NO_BREAK);
}

/** Where the answer came from, how old it is, and how long this took, what it cost to make; on a narrow terminal on several lines. */
export function freshnessLines(
  asked: Freshness,
  askedMs: number,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const whole = freshnessParts(asked, askedMs).map((part) => part.replaceAll(' ', NO_BREAK));
  return wrap(whole.join(`${NO_BREAK}· `), width - MARGIN.length).map(
    (line) => `${MARGIN}${paint.dim(line.replaceAll(NO_BREAK, ' '))}`,
  );
}

type Freshness = Pick<Asked, 'cache' | 'tookMs' | 'found' | 'fallback' | 'usage' | 'generator'>;

function freshnessParts(asked: Freshness, askedMs: number): string[] {
  const { cache, tookMs, found, fallback } = asked;
  const inTime = `in ${showDuration(tookMs)}`;
  const made =
    cache.status === 'miss'
      ? `made just now ${inTime}`
      : `${keptOf(cache)}, made ${showAge(cache.ageSeconds)} ${inTime}`;
  const until = new Date(cache.expiresAt);
  const isSoon = until.getTime() - Date.now() < 24 * 3_600_000;
  const shown = isSoon
    ? until.toTimeString().slice(0, 5)
    : until.toLocaleDateString('en', { day: 'numeric', month: 'long' });
  return [
    found ? null : 'not found in the documents',
    fallback === null ? null : 'quoted, since the generator is down',
    made,
    cache.status === 'stale' || fallback !== null ? null : `kept until ${shown}`,
    `answered in ${showDuration(askedMs)}`,
    usageOf(asked),
  ].filter((part) => part !== null);
}

function keptOf({ status, stale }: Asked['cache']): string {
  if (status === 'semantic') return 'from the cache, where it was asked in other words';
  if (status !== 'stale') return 'from the cache';
  if (stale === undefined) return 'from the cache, though out of date: it is made again as soon as can be';
  const { why, because } = staleWords(stale);
  return `from the cache, though ${why}: ${because}`;
}

/** Built-in models use no tokens. */
function usageOf({ usage, generator }: Freshness): string | null {
  const { inputTokens, outputTokens, cost } = usage;
  if (inputTokens + outputTokens === 0) return null;
  const priced = cost === null ? '' : `, ${Number(cost.toPrecision(2))}`;
  return `${clean(generator)}: ${inputTokens.toLocaleString('en')} + ${outputTokens.toLocaleString('en')} tokens${priced}`;
}

/** The place is said once for several quotes from it. */
function sourceLines(source: Citation & { isSamePlace: boolean }, columns: number, paint: Paint): string[] {
  const label = `[${source.number}]`;
  const indent = ' '.repeat(label.length + 1);
  const quote = paint.dim(clip(`“${clean(source.quote)}”`, columns - indent.length));
  if (source.isSamePlace) return [`${MARGIN}${paint.accent(label)} ${quote}`];
  const place = clip(placeOf(source), columns - indent.length);
  return [`${MARGIN}${paint.accent(label)} ${place}`, `${MARGIN}${indent}${quote}`];
}

function placeOf({ document, headings, page }: Citation): string {
  return [document, ...headings, ...(page === null ? [] : [`page ${page}`])].map(clean).join(' › ');
}
