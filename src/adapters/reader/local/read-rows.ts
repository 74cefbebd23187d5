import { parse } from 'csv-parse/sync';
import type { Block } from '#domain/document.ts';
import { readOut } from './tidy.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
type Delimiter = (typeof DELIMITERS)[number];

/** A table as text, each row a paragraph that a person could read out: "Name: Ada; Office: Leith". */
export function readRows(text: string, delimiter: Delimiter): Block[] {
  const rows = parse(text, {
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const [first = [], ...rest] = rows;
  const hasNames = rest.length > 0 && first.every(isName) && new Set(first).size === first.length;
  if (!hasNames) return rows.map((cells) => ({ kind: 'paragraph', text: cells.join('; ') }));
  return rest.map((cells) => ({ kind: 'paragraph', text: readOut(first, cells) }));
}

/** How the first lines are cut into cells; null when they are not those of a table. */
export function delimiterOf(text: string, isNamedSo: boolean): Delimiter | null {
  const lines = linesOf(text);
  const counted = DELIMITERS.map((delimiter) => {
    const counts = lines.map((line) => cellsIn(line, delimiter));
    return { delimiter, counts, most: Math.max(...counts), isEven: new Set(counts).size === 1 };
  }).filter(({ most }) => most > 1);
  const [best] = counted.toSorted((a, b) => Number(b.isEven) - Number(a.isEven) || b.most - a.most);
  if (isNamedSo) return best?.delimiter ?? ',';
  if (best === undefined || !best.isEven || lines.length < 3) return null;
  return best.delimiter === '\t' || (best.most >= 3 && !isProse(lines, best.delimiter))
    ? best.delimiter
    : null;
}

/** Enough to see a form in, each without what stands in quotes. */
function linesOf(text: string): string[] {
  const lines = text
    .slice(0, 20_000)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.slice(0, 20).map((line) => line.replace(/"[^"]*"/g, ''));
}

/** A space follows the commas of a sentence, and hardly ever those of a table. */
function isProse(lines: readonly string[], delimiter: Delimiter): boolean {
  return lines.some((line) => line.includes(`${delimiter} `));
}

function cellsIn(line: string, delimiter: Delimiter): number {
  return line.split(delimiter).length;
}

function isName(cell: string): boolean {
  return /\p{L}/u.test(cell) && cell.length <= 100;
}
