import { isStopWord, stem, wordsOf } from '#domain/words.ts';
import type { EmbedOptions, Embedder } from '#ports/model.ts';
import { CONCEPT_DIMENSIONS, conceptOf, shareKnown } from './concepts.ts';
import { countsOf, featuresOf } from './features.ts';

const HASH_DIMENSIONS = 128;
const DIMENSIONS = CONCEPT_DIMENSIONS + HASH_DIMENSIONS;

/** What of the similarity of two texts is that of their letters; the rest is that of their meanings. */
const LETTERS = 0.15;

/** The vector of a question of which no word is known counts so much all the same: it bridges misspellings. */
const LEAST_KNOWN = 0.05;

/**
 * Vectors without a model and without a network. One half says what the words mean, by a table made of WordNet: it
 * bridges "couch" and "sofa". The other half says how they are written: hashed stems, word pairs and letter triples,
 * which bridge misspellings and hold names. No statistics of any corpus, so a text has the same vector whatever else
 * is indexed. A text without any word has the zero vector.
 *
 * Signed feature hashing: collisions cancel out on average instead of adding up.
 * @see https://arxiv.org/abs/0902.2206
 */
export class LexicalEmbedder implements Embedder {
  readonly name = 'lexical-3';
  readonly dimensions: number = DIMENSIONS;
  /** On paraphrased questions 1 is a little better, on such as repeat the words of the text 0.5 is. */
  readonly weight = 0.8;
  /** Of pairs of questions from handbooks: paraphrases have 0.67 to 1, what is of one matter 0.3 to 0.75. */
  readonly sameFrom = 0.72;

  async embed(
    texts: readonly string[],
    signal: AbortSignal,
    { purpose }: EmbedOptions = {},
  ): Promise<readonly Float32Array[]> {
    signal.throwIfAborted();
    return texts.map((text) => vectorOf(text, purpose === 'question'));
  }
}

/** A question's is the shorter, the fewer of its words the table knows: then how words are spelled tells more. */
function vectorOf(text: string, isQuestion: boolean): Float32Array {
  const words = wordsOf(text);
  const content = words.filter((word) => !isStopWord(word)).map(stem);
  const written = new Float64Array(HASH_DIMENSIONS);
  for (const family of featuresOf(words, content)) addScaled(written, hashed(family.counts), family.weight);
  const whole = new Float64Array(DIMENSIONS);
  addScaled(whole, toUnit(conceptOf(countsOf(content))), Math.sqrt(1 - LETTERS));
  addScaled(whole.subarray(CONCEPT_DIMENSIONS), toUnit(written), Math.sqrt(LETTERS));
  const length = isQuestion ? Math.max(LEAST_KNOWN, shareKnown(content)) : 1;
  return Float32Array.from(toUnit(whole), (value) => length * value);
}

/** One family of features as a unit vector, so that no family outweighs another by its sheer number. */
function hashed(counts: ReadonlyMap<number, number>): Float64Array {
  const vector = new Float64Array(HASH_DIMENSIONS);
  for (const [hash, count] of counts) {
    const index = hash % HASH_DIMENSIONS;
    const sign = hash >>> 31 === 0 ? 1 : -1;
    vector[index] = (vector[index] as number) + sign * weightOf(count);
  }
  return toUnit(vector);
}

/** Sublinear: the tenth occurrence says less than the first. Counts below one are down-weighted words. */
function weightOf(count: number): number {
  return count < 1 ? count : 1 + Math.log(count);
}

function addScaled(sum: Float64Array, vector: Float64Array, scale: number): void {
  for (let i = 0; i < vector.length; i += 1) sum[i] = (sum[i] as number) + scale * (vector[i] as number);
}

function toUnit(vector: Float64Array): Float64Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((value) => value / length);
}
