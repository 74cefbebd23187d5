import type { Asked } from '#sdk/index.ts';
import { countOf } from './counts.ts';

/** "1,240 tokens", or "1,240 tokens for 0.0012" where the model has a price. */
export function spentOf({ inputTokens, outputTokens, cost }: Asked['usage']): string {
  const tokens = countOf(inputTokens + outputTokens, 'token');
  return cost === null ? tokens : `${tokens} for ${Number(cost.toPrecision(2))}`;
}
