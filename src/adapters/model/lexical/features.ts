import { hash32 } from '#domain/hash32.ts';
import { memoized } from '#domain/memo.ts';
import { isStopWord } from '#domain/words.ts';

/** Features of one kind, by their hashes, with their counts; and what the kind weighs in the whole. */
export interface FeatureFamily {
  readonly weight: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** What one stop word counts, however often it stands there: they tell "how long" from "how much", barely. */
const STOP_WORD_WEIGHT = 0.05;

/**
 * Of the words of a text, and the stems of those that say something. Stems say most; pairs tell phrases apart; letter
 * triples bridge spellings and compounds.
 */
export function featuresOf(words: readonly string[], content: readonly string[]): FeatureFamily[] {
  const single = countsOf(content.map(hashOfStem));
  for (const word of words) if (isStopWord(word)) single.set(hashOfStopWord(word), STOP_WORD_WEIGHT);
  return [
    { weight: 1, counts: single },
    {
      weight: 0.2,
      counts: countsOf(content.slice(1).map((word, i) => hash32(`p:${content[i]} ${word}`))),
    },
    { weight: 0.3, counts: countsOf(content.flatMap(hashesOfTriples)) },
  ];
}

/** Words come back: of those of a language, so many make up nearly all of any text. */
const MOST_WORDS = 20_000;

const hashOfStem = memoized((word) => hash32(`w:${word}`), MOST_WORDS);
const hashOfStopWord = memoized((word) => hash32(`s:${word}`), MOST_WORDS);

const hashesOfTriples = memoized((word): readonly number[] => {
  const letters = Array.from(`^${word}$`);
  return letters.slice(2).map((letter, i) => hash32(`t:${letters[i]}${letters[i + 1]}${letter}`));
}, MOST_WORDS);

export function countsOf<T>(features: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return counts;
}
