import { memoized } from '#domain/memo.ts';

export type CountTokens = (text: string) => number;

/** Words come back: of those of a language, so many make up nearly all of any text. */
const MOST_WORDS = 50_000;
/** Nobody writes a longer one twice. */
const MOST_LETTERS = 40;

/**
 * Loads the tokenizer on first use: it costs some 70 ms and 40 MB that a server without documents never pays.
 * One encoding for all models, since chunk sizes must not depend on the model: the one that OpenAI's embedding
 * models count by.
 *
 * The encoding splits a text into words and never looks beyond one, so each word is counted once and remembered: that
 * takes a quarter of the time. The tokenizer's own memory moves a word to its end whenever it comes again.
 */
export async function loadTokenizer(): Promise<CountTokens> {
  const [{ countTokens, setMergeCacheSize }, { CL100K_TOKEN_SPLIT_REGEX: word }] = await Promise.all([
    import('gpt-tokenizer/encoding/cl100k_base'),
    import('gpt-tokenizer/encodingParams/constants'),
  ]);
  setMergeCacheSize(0);
  // By default the names of special tokens are refused; in a document they are text like any other.
  const plain = { disallowedSpecial: new Set<string>() };
  const count = (text: string): number => countTokens(text, plain);
  const remembered = memoized(count, MOST_WORDS);
  const tokensOf = (text: string): number => (text.length > MOST_LETTERS ? count(text) : remembered(text));
  return (text) => text.match(word)?.reduce((sum, each) => sum + tokensOf(each), 0) ?? 0;
}
