import type { BudgetScope, BudgetUse } from '#domain/budget.ts';
import type { Reservation, Reserved } from '#ports/store/budgets.ts';

/** The budgets that a reservation has to fit into, in the order in which their rows are locked. */
export function budgetsOf({ projectId, keyId, limits }: Reservation) {
  const budgets: { readonly scope: BudgetScope; readonly id: number; readonly limit: number }[] = [];
  if (keyId !== null && limits.key !== null) budgets.push({ scope: 'key', id: keyId, limit: limits.key });
  if (limits.project !== null) budgets.push({ scope: 'project', id: projectId, limit: limits.project });
  return budgets;
}

/** Null when it may be set aside. */
export function refusalOf(use: BudgetUse, limit: number, tokens: number): Reserved | null {
  const isLeft = use.spent < limit;
  const fits = use.reserved === 0 || use.spent + use.reserved + tokens <= limit;
  return isLeft && fits ? null : { kind: 'refused', limit, use };
}

/** Whose budgets a call is booked on. */
export function payersOf(projectId: number, keyId: number | null) {
  const project = { scope: 'project', id: projectId } as const;
  return keyId === null ? [project] : [{ scope: 'key', id: keyId } as const, project];
}

export function toBudgetUse(row: unknown): BudgetUse {
  const { scope, id, spent, reserved } = row as BudgetUse;
  return { scope, id, spent, reserved };
}

/** One row for each budget in use; `$1` is the day, `$2` the time, `$3` the project or null. */
export const BUDGET_USES = `
  with used(scope, id, spent, reserved) as (
    select scope, owner_id, spent, 0 from token_spend where day = $1
    union all select 'project', project_id, 0, tokens from token_reservations where expires_at > $2
    union all select 'key', key_id, 0, tokens from token_reservations where expires_at > $2 and key_id is not null
  )
  select scope, id, sum(spent) as spent, sum(reserved) as reserved from used
   where $3 is null or (scope = 'project' and id = $3)
      or (scope = 'key' and id in (select k.id from api_keys k where k.project_id = $3))
   group by scope, id order by scope desc, id`;
