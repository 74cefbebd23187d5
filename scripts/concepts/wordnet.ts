import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStopWord, stem, termsOf } from '../../src/domain/words.ts';

interface Synset {
  readonly words: readonly string[];
  readonly pointers: readonly { readonly sign: string; readonly to: string }[];
  /** Stems of its definition and examples. */
  readonly gloss: readonly string[];
}

/** What each word means, as features with weights: the words of its senses, of their definitions and of their kin. */
export interface Meanings {
  readonly features: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** How often WordNet's makers found the word in text. */
  readonly found: ReadonlyMap<string, number>;
}

/** How much of a synset's kin belongs to its own meaning, by WordNet's signs. */
const KIN: Readonly<Record<string, number>> = {
  '+': 0.8, // derived
  '\\': 0.8, // pertains to
  '@': 0.6, // a kind of
  '&': 0.6, // similar
  $: 0.6, // verbs of one group
  '^': 0.4,
  '*': 0.4, // entails
  '>': 0.4, // causes
  '~': 0.3, // has kinds
  '%': 0.3, // parts and wholes
  '#': 0.3,
  ';': 0.3, // belongs to a field
};

/** A thing of more kinds than this is too general for them to say what it is. */
const MOST_KINDS = 15;

export function readMeanings(folder: string): Meanings {
  const synsets = readSynsets(folder);
  const { senses, found } = readSenses(folder);
  const known = new Map<string, Map<string, number>>();
  const featuresOf = (id: string): Map<string, number> => {
    const features = known.get(id) ?? featuresOfSynset(synsets, id);
    known.set(id, features);
    return features;
  };
  const features = new Map<string, Map<string, number>>();
  const foundByStem = new Map<string, number>();
  for (const [lemma, counts] of senses) {
    if (isStopWord(lemma)) continue;
    const term = stem(lemma);
    const times = found.get(lemma) ?? 0;
    foundByStem.set(term, (foundByStem.get(term) ?? 0) + times);
    const own = features.get(term) ?? new Map<string, number>();
    features.set(term, own);
    const sum = [...counts.values()].reduce((a, b) => a + b, 0);
    for (const [id, count] of counts) {
      for (const [feature, weight] of featuresOf(id)) {
        own.set(feature, (own.get(feature) ?? 0) + ((times + 0.5) * weight * count) / sum);
      }
    }
  }
  return { features, found: foundByStem };
}

function readSynsets(folder: string): Map<string, Synset> {
  const synsets = new Map<string, Synset>();
  for (const file of ['noun', 'verb', 'adj', 'adv']) {
    const pos = file === 'adv' ? 'r' : (file[0] as string);
    for (const line of readFileSync(join(folder, `data.${file}`), 'utf8').split('\n')) {
      if (/^\d/.test(line)) synsets.set(pos + line.slice(0, 8), toSynset(line));
    }
  }
  return synsets;
}

/** @see https://wordnet.princeton.edu/documentation/wndb5wn */
function toSynset(line: string): Synset {
  const end = line.indexOf(' | ');
  const parts = line.slice(0, end).split(' ');
  const count = Number.parseInt(parts[3] ?? '', 16);
  const words = Array.from({ length: count }, (_, i) =>
    (parts[4 + 2 * i] ?? '').replace(/\(.*/, '').toLowerCase(),
  );
  const at = 4 + 2 * count;
  const pointers = Array.from({ length: Number(parts[at]) }, (_, i) => {
    const [sign = '', offset = '', pos = ''] = parts.slice(at + 1 + 4 * i);
    return { sign: sign[0] ?? '', to: (pos === 's' ? 'a' : pos) + offset };
  });
  return { words, pointers, gloss: termsOf(line.slice(end + 3)) };
}

/** The senses of single words: how often each was found, or else, by a little, its place in the list. */
function readSenses(folder: string) {
  const senses = new Map<string, Map<string, number>>();
  const found = new Map<string, number>();
  for (const line of readFileSync(join(folder, 'index.sense'), 'utf8').split('\n')) {
    const [key = '', offset = '', place, times] = line.split(' ');
    const [lemma = '', kind = ''] = key.split('%');
    if (!/^[a-z]{3,}$/.test(lemma)) continue;
    const pos = ['', 'n', 'v', 'a', 'r', 'a'][Number(kind[0])] ?? '';
    const own = senses.get(lemma) ?? new Map<string, number>();
    senses.set(lemma, own.set(pos + offset, Number(times) + 0.5 / Number(place)));
    found.set(lemma, (found.get(lemma) ?? 0) + Number(times));
  }
  return { senses, found };
}

function featuresOfSynset(synsets: ReadonlyMap<string, Synset>, id: string): Map<string, number> {
  const features = new Map<string, number>();
  const add = (word: string, weight: number): void => {
    if (word.length > 1 && !isStopWord(word)) features.set(word, (features.get(word) ?? 0) + weight);
  };
  const addWords = ({ words }: Synset, weight: number): void => {
    for (const word of words) for (const part of word.split('_')) add(stem(part), weight);
  };
  const synset = synsets.get(id);
  if (synset === undefined) return features;
  addWords(synset, 2);
  for (const word of synset.gloss) add(word, 1);
  const kinds = synset.pointers.filter(({ sign }) => sign === '~').length;
  for (const { sign, to } of synset.pointers) {
    const kin = synsets.get(to);
    const weight = sign === '~' && kinds > MOST_KINDS ? undefined : KIN[sign];
    if (kin === undefined || weight === undefined) continue;
    addWords(kin, 2 * weight);
    for (const word of kin.gloss) add(word, weight / 2);
    const above = sign === '@' ? kin.pointers.filter((pointer) => pointer.sign === '@') : [];
    for (const higher of above.map((pointer) => synsets.get(pointer.to))) {
      if (higher !== undefined) addWords(higher, 0.8 * weight);
    }
  }
  return toUnit(features);
}

function toUnit(features: Map<string, number>): Map<string, number> {
  const length = Math.sqrt([...features.values()].reduce((sum, weight) => sum + weight * weight, 0));
  for (const [feature, weight] of features) features.set(feature, weight / length);
  return features;
}
