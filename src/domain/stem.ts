/**
 * The English stemmer of M. F. Porter, so that "booking", "booked" and "books" are one term.
 *
 * @param word lower case; anything but plain a–z words comes back unchanged
 * @see https://tartarus.org/martin/PorterStemmer/
 */
export function porterStem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  return tidyEnd(suffixes4(suffixes3(suffixes2(yToI(pastAndGerund(plural(word)))))));
}

const CONSONANTS = '[^aeiou][^aeiouy]*';
const VOWELS = '[aeiouy][aeiou]*';
const HAS_VOWEL = new RegExp(`^(${CONSONANTS})?${VOWELS.slice(0, -1)}*`);
const MEASURE_1 = new RegExp(`^(${CONSONANTS})?${VOWELS}${CONSONANTS}`);
const MEASURE_IS_1 = new RegExp(`^(${CONSONANTS})?${VOWELS}${CONSONANTS}(${VOWELS})?$`);
const MEASURE_2 = new RegExp(`^(${CONSONANTS})?${VOWELS}${CONSONANTS}${VOWELS}${CONSONANTS}`);
const CLOSED_SYLLABLE = new RegExp(`^${CONSONANTS}[aeiouy][^aeiouwxy]$`);
const DOUBLE = /([^aeiouylsz])\1$/;

function plural(word: string): string {
  if (/(ss|i)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

function pastAndGerund(word: string): string {
  if (word.endsWith('eed')) return MEASURE_1.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const found = /^(.+?)(ed|ing)$/.exec(word);
  const stem = found?.[1] ?? '';
  if (found === null || !hasVowel(stem)) return word;
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (DOUBLE.test(stem)) return stem.slice(0, -1);
  return CLOSED_SYLLABLE.test(stem) ? `${stem}e` : stem;
}

function yToI(word: string): string {
  return word.endsWith('y') && hasVowel(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word;
}

function hasVowel(stem: string): boolean {
  return HAS_VOWEL.test(stem) && /[aeiou]|[^aeiou]y/.test(stem);
}

const STEP_2: Readonly<Record<string, string>> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
};
const STEP_3: Readonly<Record<string, string>> = {
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
};
const STEP_4 = /^(.+?)(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/;
const ENDS_2 = new RegExp(`^(.+?)(${Object.keys(STEP_2).join('|')})$`);
const ENDS_3 = new RegExp(`^(.+?)(${Object.keys(STEP_3).join('|')})$`);

function suffixes2(word: string): string {
  return replaceSuffix(word, ENDS_2, STEP_2);
}

function suffixes3(word: string): string {
  return replaceSuffix(word, ENDS_3, STEP_3);
}

function replaceSuffix(word: string, ends: RegExp, by: Readonly<Record<string, string>>): string {
  const found = ends.exec(word);
  const stem = found?.[1] ?? '';
  return found !== null && MEASURE_1.test(stem) ? stem + (by[found[2] as string] as string) : word;
}

function suffixes4(word: string): string {
  const stem = STEP_4.exec(word)?.[1] ?? /^(.+?[st])ion$/.exec(word)?.[1];
  return stem !== undefined && MEASURE_2.test(stem) ? stem : word;
}

function tidyEnd(word: string): string {
  let tidy = word;
  if (tidy.endsWith('e')) {
    const stem = tidy.slice(0, -1);
    if (MEASURE_2.test(stem) || (MEASURE_IS_1.test(stem) && !CLOSED_SYLLABLE.test(stem))) tidy = stem;
  }
  return tidy.endsWith('ll') && MEASURE_2.test(tidy) ? tidy.slice(0, -1) : tidy;
}
