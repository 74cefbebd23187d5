import type { BudgetScope, BudgetUse, Payer } from '#domain/budget.ts';

/** Tokens that models took, by day (UTC), and those that calls under way have set aside. */
export interface BudgetStore {
  /**
   * Sets tokens aside if all budgets allow it: there is something left, and either nothing else is set aside or this
   * fits beside it. So of any number who ask at once, one at most spends more than there is.
   */
  reserve(reservation: Reservation): Promise<Reserved>;
  /** Books what a call took; what it had set aside is free again. */
  settle(settled: SettledCall): Promise<void>;
  /** Of a project and its keys, or (null) of all, on the day of `now`. */
  uses(projectId: number | null, now: number): Promise<readonly BudgetUse[]>;
}

export interface Reservation extends Payer {
  /** null: there is none. */
  readonly limits: Readonly<Record<BudgetScope, number | null>>;
  readonly tokens: number;
  readonly now: number;
  /** When the tokens are free again should nobody settle: whoever set them aside has died. */
  readonly expiresAt: number;
}

export type Reserved =
  | { readonly kind: 'reserved'; readonly id: number }
  | { readonly kind: 'refused'; readonly limit: number; readonly use: BudgetUse };

export interface SettledCall extends Payer {
  /** null: nothing was set aside. */
  readonly reservationId: number | null;
  readonly tokens: number;
  readonly now: number;
}
