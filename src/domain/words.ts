import { ASKING_WORDS } from './asking-words.ts';
import { lightStem } from './light-stem.ts';
import { memoized } from './memo.ts';
import { porterStem } from './stem.ts';
import { isGrammarPair, isUnspaced, pairsOf } from './unspaced.ts';

export { sentencesOf } from './sentences.ts';

/** A number with its separators (1,500, 3.5, 13:00), or a word with an apostrophe inside. */
const WORD = /\p{N}+(?:[.,:]\p{N}+)*\p{L}*|[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)*/gu;

/** The same where all letters are plain ones: three times as fast, since no tables of Unicode are asked. */
const PLAIN_WORD = /[0-9]+(?:[.,:][0-9]+)*[a-z]*|[a-z][a-z0-9]*(?:'[a-z]+)*/g;

/**
 * Lower-cased words and numbers in order; the possessive 's is dropped, "e-mail" is "email". Where no spaces tell words
 * apart, pairs of letters stand for them.
 */
export function wordsOf(text: string): string[] {
  // What printers set for plain marks; none of it is part of a word but the apostrophe.
  const typed = text.replace(/’/g, "'").replace(/[–—“”„«»•…]/g, ' ');
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  const isPlain = /^[\x00-\x7f]*$/.test(typed);
  const folded = (isPlain ? typed : typed.normalize('NFKC')).toLowerCase().replace(/\be-mail/g, 'email');
  const found = folded.match(isPlain ? PLAIN_WORD : WORD) ?? [];
  const words = !isPlain && isUnspaced(folded) ? found.flatMap(pairsOf) : found;
  return words.map((word) => (word.includes("'") || word.includes('’') ? withoutPossessive(word) : word));
}

function withoutPossessive(word: string): string {
  return word.replaceAll('’', "'").replace(/'s$/, '');
}

/** Stems of the content words of a text, in order, with repetitions. */
export function termsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !isStopWord(word))
    .map(stem);
}

/**
 * The form under which words count as the same: a stem without accents, Porter's where the letters are Latin; numbers
 * without thousands separators.
 */
export function stem(word: string): string {
  return word.length <= 40 ? knownStem(word) : stemAnew(word);
}

/** The same words come again and again: stemming one costs twenty times what looking it up does. */
const MOST_STEMS = 50_000;
const knownStem = memoized(stemAnew, MOST_STEMS);

function stemAnew(word: string): string {
  if (/^\p{N}/u.test(word)) return word.replace(/,(?=\p{N}{3}(?!\p{N}))/gu, '');
  const bare = word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return lightStem(bare) ?? porterStem(bare);
}

/**
 * Whether a word, lower case, says nothing of what a text is about: one of those that every English one is full of, one
 * that asks, or grammar of Chinese or Japanese.
 */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word) || isGrammarPair(word);
}

const STOP_WORDS: ReadonlySet<string> = new Set([
  ...ASKING_WORDS,
  ...`a about above after again all also am an and any anyone anything are aren't as at be because been before being below
  between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each else
  ever few for from further get gets getting give given go goes got had hadn't happen happens has hasn't have haven't
  having he he'd he'll her here hers herself him himself his how how's however i i'd i'll i'm i've if in into is isn't
  it it'll its itself just know let let's like ll many may me might more most much must mustn't my myself need needs no nor
  not of off on once only or other our ours ourselves out over own please per re really s same shall she should
  shouldn't so some someone something such t tell than that that'll the their theirs them themselves then there there's
  these they they'd they'll they're they've this those through to too under until up upon us ve very want was wasn't we
  we'd we'll we're we've were weren't what what's whatever when where which while who who's whom whose why will with
  won't would wouldn't you you'd you'll you're you've your yours yourself yourselves`.split(/\s+/),
]);
