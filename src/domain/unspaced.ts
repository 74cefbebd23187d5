/** Scripts that put no space between words; Korean does, but what stands between two is a word with all that clings to it. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`;

const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u');

/** What is written without spaces, or what stands beside it. */
const STRETCH = new RegExp(`(?:[${UNSPACED}]\\p{M}*)+|[^${UNSPACED}]+`, 'gu');

/** A letter with the marks upon it. */
const LETTER = /\P{M}\p{M}*/gu;

/** Whether the words of a text cannot be told by the spaces between them. */
export function isUnspaced(text: string): boolean {
  return HAS_UNSPACED.test(text);
}

/**
 * What stands for the words of a stretch without spaces: each two letters that follow each other, so 北京大学 is 北京,
 * 京大 and 大学. A dictionary would tell the words apart, and in another way after its next update; pairs are found about
 * as well.
 *
 * @see https://doi.org/10.1145/258525.258531
 */
export function pairsOf(word: string): string[] {
  return (word.match(STRETCH) ?? []).flatMap((stretch) => {
    if (!isUnspaced(stretch)) return [stretch];
    const letters = stretch.match(LETTER) ?? [];
    return letters.length === 1 ? letters : letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
  });
}

/**
 * Whether a pair is grammar and no more: one with a letter that Chinese says nothing by itself with (of, is, who, how
 * many), or of two hiragana, in which Japanese writes its endings.
 */
export function isGrammarPair(pair: string): boolean {
  return pair.length <= 2 && pair.charCodeAt(0) >= FIRST_HIRAGANA && GRAMMAR.test(pair);
}

/** Spares nearly all words the expression. */
const FIRST_HIRAGANA = 0x3041;

const GRAMMAR = /[的了是在吗呢么什哪谁个些有和与及为何多少几]|^\p{sc=Hiragana}+$/u;
