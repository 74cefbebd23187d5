import { MOST_CASES_WAITING } from '#domain/judging-case.ts';
import type { JudgingCase, JudgingState, JudgingTroubles } from '#domain/judging-case.ts';

/** Whether there is room for one more; `project` is an expression. */
export function hasRoom(project: string): string {
  return `(select count(*) from judging_cases r where r.project_id = ${project} and r.failed_at is null) < ${MOST_CASES_WAITING}`;
}

/** A case that is chosen anew, of another answer under the same id. */
export const CHOSEN_ANEW = `
  on conflict (answer_id) do update set made_at = excluded.made_at, due_at = excluded.due_at, attempts = 0,
    generation = judging_cases.generation + 1, owner = null, code = null, why = null, failed_at = null`;

/** The case that `worker` may take first; all of them are names of parameters. */
export function selectDue({ worker, now }: { readonly worker: string; readonly now: string }): string {
  return `
    select answer_id from judging_cases
     where failed_at is null and due_at <= ${now}
       and (owner is null or owner = ${worker}
         or owner not in (select id from workers where lease_until >= ${now}))
     order by due_at, answer_id limit 1`;
}

/** By what was met and whether it is over, each with the newest words; `$1` is the project. */
export const CASE_STATE = `
  with cases as (
    select c.answer_id, c.due_at, c.failed_at, c.code, c.why,
           row_number() over (partition by c.code order by coalesce(c.failed_at, 0) desc, c.answer_id desc) as newest
      from judging_cases c join answers a on a.id = c.answer_id and a.created_at = c.made_at
     where c.project_id = $1
  )
  select code, max(case when newest = 1 then why end) as why,
         sum(case when failed_at is null then 1 else 0 end) as waiting,
         sum(case when failed_at is null then 0 else 1 end) as failed,
         min(case when failed_at is null then due_at end) as next_at
    from cases group by code order by failed desc, waiting desc, code`;

export function toCase(columns: unknown): JudgingCase {
  const row = columns as Record<string, number>;
  return {
    answerId: row['answer_id'] as number,
    projectId: row['project_id'] as number,
    madeAt: row['made_at'] as number,
    attempts: row['attempts'] as number,
    generation: row['generation'] as number,
  };
}

interface StateRow {
  readonly code: string | null;
  readonly why: string | null;
  readonly waiting: number;
  readonly failed: number;
  readonly next_at: number | null;
}

export function toState(columns: readonly unknown[]): JudgingState {
  const rows = columns as readonly StateRow[];
  const sumOf = (of: 'waiting' | 'failed'): number => rows.reduce((sum, row) => sum + Number(row[of]), 0);
  const due = rows.flatMap(({ next_at: at }) => (at === null ? [] : [at]));
  return {
    waiting: sumOf('waiting'),
    failed: sumOf('failed'),
    nextAt: due.length === 0 ? null : Math.min(...due),
    troubles: rows.flatMap(({ code, why, waiting, failed }): JudgingTroubles[] =>
      code === null ? [] : [{ code, why: why ?? '', waiting: Number(waiting), failed: Number(failed) }],
    ),
  };
}
