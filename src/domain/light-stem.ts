/**
 * The form under which the inflections of a word count as one, for alphabets other than the Latin one; null for that.
 * Light on purpose: no dictionaries, and no telling of one language from another that is written in the same letters.
 *
 * @param word lower case, without accents
 */
export function lightStem(word: string): string | null {
  if (ENDS_MUCH.test(word)) return word.slice(0, KEPT_LETTERS);
  return ARABIC.test(word) ? arabicStem(word) : null;
}

/** Their words end in many ways and begin in few. */
const ENDS_MUCH = /^[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Georgian}]/u;

/** With 150 questions in Russian the paragraph came first for 78 % with whole words, 89 % with 7, 90 % with 6 and with 5. */
const KEPT_LETTERS = 6;

const ARABIC = /^\p{sc=Arabic}/u;

/** And, the, with the, like the, for the. */
const ARABIC_PREFIX = /^(?:ال|وال|بال|كال|فال|لل|و)(?=.{3})/u;
const ARABIC_SUFFIXES = /(?<=.{3})(?:ها|ان|ات|ون|ين|يه|ه|ي)$/u;

/**
 * The stemmer "light10" of Larkey, Ballesteros and Connell.
 *
 * @see https://doi.org/10.1007/978-1-4020-6046-5_12
 */
function arabicStem(word: string): string {
  let stem = word.replaceAll('ى', 'ي').replaceAll('ة', 'ه').replace(ARABIC_PREFIX, '');
  while (ARABIC_SUFFIXES.test(stem)) stem = stem.replace(ARABIC_SUFFIXES, '');
  return stem;
}
