import { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';

export interface BudgetParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
}

/** What models may take in a day. */
export function openBudgets({ store, clock, log, config }: BudgetParts): TokenBudgets {
  return new TokenBudgets({
    store,
    clock,
    standard: { project: config.PREHEAT_TOKENS_PER_DAY, key: config.PREHEAT_KEY_TOKENS_PER_DAY },
    onError: (error) => log('warn', 'tokens_not_booked', { why: String(error) }),
  });
}
