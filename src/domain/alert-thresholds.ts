/** From where on something of a project is an alert; null: as the server has it. */
export interface AlertThresholds {
  /** More dead letters than this. */
  readonly deadLetters: number | null;
  /** More items than this that have waited for a minute. */
  readonly backlog: number | null;
  /** A hit rate under this while something is warmed, in percent; 0: none is. */
  readonly hitPercent: number | null;
  /** More than this of a budget of tokens, in percent. */
  readonly budgetPercent: number | null;
}

export type ThresholdsInForce = { readonly [K in keyof AlertThresholds]: number };

export function thresholdsInForce(
  chosen: AlertThresholds | null | undefined,
  standard: ThresholdsInForce,
): ThresholdsInForce {
  const of = (name: keyof AlertThresholds): number => chosen?.[name] ?? standard[name];
  return {
    deadLetters: of('deadLetters'),
    backlog: of('backlog'),
    hitPercent: of('hitPercent'),
    budgetPercent: of('budgetPercent'),
  };
}
