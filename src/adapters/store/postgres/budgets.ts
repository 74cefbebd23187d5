import type { Statements } from '#clients/postgres.ts';
import { dayOf } from '#domain/budget.ts';
import type { BudgetScope, BudgetUse } from '#domain/budget.ts';
import type { BudgetStore, Reserved } from '#ports/store/budgets.ts';
import { BUDGET_USES, budgetsOf, payersOf, refusalOf, toBudgetUse } from '../sql/budget-rows.ts';
import type { Session } from './session.ts';

/** Makes the row where there is none, and locks it: who asks at the same time waits here. */
const LOCK = `
  insert into token_spend (scope, owner_id, day, spent) values ($1, $2, $3, 0)
  on conflict (scope, owner_id, day) do update set spent = token_spend.spent returning spent`;

const BOOK = `
  insert into token_spend (scope, owner_id, day, spent) values ($1, $2, $3, $4)
  on conflict (scope, owner_id, day) do update set spent = token_spend.spent + excluded.spent`;

const RESERVE = `
  insert into token_reservations (project_id, key_id, tokens, expires_at) values ($1, $2, $3, $4) returning id`;

const RESERVED = {
  project:
    'select coalesce(sum(tokens), 0)::bigint as n from token_reservations where project_id = $1 and expires_at > $2',
  key: 'select coalesce(sum(tokens), 0)::bigint as n from token_reservations where key_id = $1 and expires_at > $2',
} as const;

export function postgresBudgets(session: Session): BudgetStore {
  return {
    async reserve(reservation) {
      const { projectId, keyId, tokens, now, expiresAt } = reservation;
      return session.transaction(async (tx): Promise<Reserved> => {
        for (const { scope, id, limit } of budgetsOf(reservation)) {
          const refusal = refusalOf(await useOf(tx, { scope, id }, now), limit, tokens);
          if (refusal !== null) return refusal;
        }
        await tx.run('delete from token_reservations where expires_at <= $1 and project_id = $2', [
          now,
          projectId,
        ]);
        const row = await tx.first(RESERVE, [projectId, keyId, tokens, expiresAt]);
        return { kind: 'reserved', id: row?.['id'] as number };
      });
    },
    async settle({ projectId, keyId, reservationId, tokens, now }) {
      await session.transaction(async (tx) => {
        if (tokens > 0) {
          for (const { scope, id } of payersOf(projectId, keyId))
            await tx.run(BOOK, [scope, id, dayOf(now), tokens]);
        }
        if (reservationId !== null)
          await tx.run('delete from token_reservations where id = $1', [reservationId]);
      });
    },
    async uses(projectId, now) {
      const sql = BUDGET_USES.replaceAll('$1', '$1::bigint')
        .replaceAll('$2', '$2::bigint')
        .replaceAll('$3', '$3::bigint')
        .replace('sum(spent)', 'sum(spent)::bigint')
        .replace('sum(reserved)', 'sum(reserved)::bigint');
      return (await session.all(sql, [dayOf(now), now, projectId])).map(toBudgetUse);
    },
  };
}

async function useOf(
  tx: Statements,
  { scope, id }: { readonly scope: BudgetScope; readonly id: number },
  now: number,
): Promise<BudgetUse> {
  const spent = (await tx.first(LOCK, [scope, id, dayOf(now)]))?.['spent'] as number;
  const reserved = (await tx.first(RESERVED[scope], [id, now]))?.['n'] as number;
  return { scope, id, spent, reserved };
}
