import type { DatabaseSync } from 'node:sqlite';
import { dayOf } from '#domain/budget.ts';
import type { BudgetScope, BudgetUse } from '#domain/budget.ts';
import type { BudgetStore, Reservation, Reserved, SettledCall } from '#ports/store/budgets.ts';
import { BUDGET_USES, budgetsOf, payersOf, refusalOf, toBudgetUse } from '../sql/budget-rows.ts';
import type { Remote } from './remote.ts';

export function budgetWrites(db: DatabaseSync) {
  const drop = db.prepare('delete from token_reservations where expires_at <= ?');
  const spent = db.prepare('select spent from token_spend where scope = ? and owner_id = ? and day = ?');
  const ofProject = db.prepare('select sum(tokens) as n from token_reservations where project_id = ?');
  const ofKey = db.prepare('select sum(tokens) as n from token_reservations where key_id = ?');
  const insert = db.prepare(
    'insert into token_reservations (project_id, key_id, tokens, expires_at) values (?, ?, ?, ?)',
  );
  const remove = db.prepare('delete from token_reservations where id = ?');
  const book = db.prepare(
    `insert into token_spend (scope, owner_id, day, spent) values (?, ?, ?, ?)
     on conflict (scope, owner_id, day) do update set spent = spent + excluded.spent`,
  );
  const useOf = (scope: BudgetScope, id: number, now: number): BudgetUse => {
    const reserved = (scope === 'key' ? ofKey : ofProject).get(id)?.['n'] as number | null;
    const already = spent.get(scope, id, dayOf(now))?.['spent'] as number | undefined;
    return { scope, id, spent: already ?? 0, reserved: reserved ?? 0 };
  };
  return {
    reserve(reservation: Reservation): Reserved {
      const { projectId, keyId, tokens, now, expiresAt } = reservation;
      drop.run(now);
      for (const { scope, id, limit } of budgetsOf(reservation)) {
        const refusal = refusalOf(useOf(scope, id, now), limit, tokens);
        if (refusal !== null) return refusal;
      }
      return {
        kind: 'reserved',
        id: Number(insert.run(projectId, keyId, tokens, expiresAt).lastInsertRowid),
      };
    },
    settle({ projectId, keyId, reservationId, tokens, now }: SettledCall): void {
      if (reservationId !== null) remove.run(reservationId);
      if (tokens === 0) return;
      for (const { scope, id } of payersOf(projectId, keyId)) book.run(scope, id, dayOf(now), tokens);
    },
  };
}

export function sqliteBudgets(db: DatabaseSync, writes: Remote<typeof budgetWrites>): BudgetStore {
  const uses = db.prepare(BUDGET_USES.replaceAll(/\$(\d)/g, '?$1'));
  return {
    reserve: writes.reserve,
    settle: writes.settle,
    async uses(projectId, now) {
      return uses.all(dayOf(now), now, projectId).map(toBudgetUse);
    },
  };
}
