import type { ThresholdsInForce } from '#domain/alert-thresholds.ts';
import type { Config } from '../config.ts';

/** From where on something is an alert, where a project chose nothing. */
export function standardThresholds(config: Config): ThresholdsInForce {
  return {
    deadLetters: config.PREHEAT_ALERT_DEAD_LETTERS,
    backlog: config.PREHEAT_ALERT_BACKLOG,
    hitPercent: config.PREHEAT_ALERT_HIT_PERCENT,
    budgetPercent: config.PREHEAT_ALERT_BUDGET_PERCENT,
  };
}
