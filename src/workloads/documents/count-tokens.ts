export type CountTokens = (text: string) => number;

/**
 * Loads the tokenizer on first use: it costs some 70 ms and 40 MB that a server without documents never pays.
 * One encoding for all models, since chunk sizes must not depend on the model: the one that OpenAI's embedding
 * models count by.
 */
export async function loadTokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  // By default the names of special tokens are refused; in a document they are text like any other.
  const plain = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, plain);
}
