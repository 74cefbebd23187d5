import type { Payer } from '#domain/budget.ts';
import type { Embedder } from '#ports/model.ts';
import type { TokenBudgets } from './token-budgets.ts';

/** An embedder whose calls are booked on a budget; one that takes no tokens is left as it is. */
export function budgetedEmbedder(
  embedder: Embedder,
  payer: Payer,
  budgets: Pick<TokenBudgets, 'run'>,
): Embedder {
  if (embedder.reckon === undefined) return embedder;
  const reckon = embedder.reckon.bind(embedder);
  return {
    name: embedder.name,
    get dimensions() {
      return embedder.dimensions;
    },
    ...(embedder.weight === undefined ? {} : { weight: embedder.weight }),
    ...(embedder.sameFrom === undefined ? {} : { sameFrom: embedder.sameFrom }),
    async embed(texts, signal, options = {}) {
      // Several calls may share what they add to: this one is booked by itself.
      const spending = { tokens: 0, costMicros: 0 };
      try {
        return await budgets.run(payer, reckon(texts), {
          call: () => embedder.embed(texts, signal, { ...options, spending }),
          tokensOf: () => spending.tokens,
        });
      } finally {
        if (options.spending !== undefined) {
          options.spending.tokens += spending.tokens;
          options.spending.costMicros += spending.costMicros;
        }
      }
    },
  };
}
