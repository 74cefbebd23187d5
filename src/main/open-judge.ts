import { Judge } from '#core/answers/judge.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from './config.ts';
import type { Models } from './open-models.ts';

/** null: no judge is set. */
export function openJudge(parts: {
  readonly store: Store;
  readonly models: Models;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly budgets: TokenBudgets;
}): Judge | null {
  const { store, models, config, clock, log, budgets } = parts;
  const model = models.judge();
  if (model === null) return null;
  return new Judge({
    store,
    budgets,
    model,
    share: config.PREHEAT_JUDGE_PERCENT / 100,
    tokensPerDay: config.PREHEAT_JUDGE_TOKENS_PER_DAY,
    random: Math.random,
    clock,
    log,
  });
}
