import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CONCEPT_DIMENSIONS = 256;

/** Numbers of four bits, two in a byte; 8 stands for zero. */
const ROW_BYTES = CONCEPT_DIMENSIONS / 2;

/** Words that are met so often weigh the square root of a half: "take" says less than "sofa". */
const COMMON = 100;

interface Concept {
  readonly at: number;
  /** Makes a row of it that is the longer, the rarer the word. */
  readonly weight: number;
}

interface Table {
  readonly words: ReadonlyMap<string, Concept>;
  readonly rows: Uint8Array;
}

let table: Table | null = null;

/**
 * The direction into which the meanings of a text's words point, out of a table made of WordNet: "couch" lies near
 * "sofa" and not far from "furniture". Words that are not in the table, names above all, say nothing here.
 *
 * @param counts stems, and how often each stands in the text
 */
export function conceptOf(counts: ReadonlyMap<string, number>): Float64Array {
  table ??= loadTable();
  const sum = new Float64Array(CONCEPT_DIMENSIONS);
  for (const [word, count] of counts) {
    const concept = table.words.get(word);
    if (concept !== undefined) addRow(sum, table.rows, concept.at, concept.weight * (1 + Math.log(count)));
  }
  return sum;
}

/** How much of some stems is in the table, from 0 to 1. */
export function shareKnown(stems: readonly string[]): number {
  const { words } = (table ??= loadTable());
  return stems.length === 0 ? 0 : stems.filter((stem) => words.has(stem)).length / stems.length;
}

function addRow(sum: Float64Array, rows: Uint8Array, at: number, scale: number): void {
  for (let i = 0; i < ROW_BYTES; i += 1) {
    const byte = rows[at + i] as number;
    sum[2 * i] = (sum[2 * i] as number) + scale * ((byte & 15) - 8);
    sum[2 * i + 1] = (sum[2 * i + 1] as number) + scale * ((byte >>> 4) - 8);
  }
}

/** Some 20 ms and 5 MB, at the first text. A line is a stem, and how often the makers of WordNet met it. */
function loadTable(): Table {
  const lines = readFileSync(join(import.meta.dirname, 'concepts.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  const rows = readFileSync(join(import.meta.dirname, 'concepts.bin'));
  const words = lines.map((line, i): [string, Concept] => {
    const [word = '', found] = line.split(' ');
    const rarity = 1 / Math.sqrt(1 + Number(found) / COMMON);
    return [word, { at: i * ROW_BYTES, weight: rarity / lengthOf(rows, i * ROW_BYTES) }];
  });
  return { words: new Map(words), rows };
}

function lengthOf(rows: Uint8Array, at: number): number {
  let squares = 0;
  for (let i = at; i < at + ROW_BYTES; i += 1) {
    const byte = rows[i] as number;
    squares += ((byte & 15) - 8) ** 2 + ((byte >>> 4) - 8) ** 2;
  }
  return Math.sqrt(squares) || 1;
}

/** The direction of a set of stems, with length 1; zero where none is in the table. */
export function meaningOf(words: Iterable<string>): Float64Array {
  const sum = conceptOf(new Map(Array.from(words, (word) => [word, 1])));
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
  return length === 0 ? sum : sum.map((value) => value / length);
}
