import type { Figures } from '#domain/catalogue.ts';
import type { EmbedSpending } from '#ports/model.ts';

/** What embedding took, as figures of its batch and hour; null: nothing that was counted. */
export function embeddingFigures({ tokens, costMicros }: EmbedSpending): Figures | null {
  if (tokens === 0) return null;
  return { embedding_tokens: tokens, embedding_cost_micros: Math.round(costMicros) };
}

/** The same for the result of an item: cost in the currency of the price. */
export function embeddingResult({ tokens, costMicros }: EmbedSpending) {
  return tokens === 0 ? {} : { embedding: { tokens, cost: Math.round(costMicros) / 1e6 } };
}
