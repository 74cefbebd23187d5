import type { Statements } from '#clients/postgres.ts';
import type { NewAnswer } from '#domain/answer.ts';
import type { JudgingCase } from '#domain/judging-case.ts';
import type { CaseStore } from '#ports/store/cases.ts';
import { CASE_STATE, CHOSEN_ANEW, hasRoom, selectDue, toCase, toState } from '../sql/case-rows.ts';
import type { Session } from './session.ts';

const OPEN = `
  insert into judging_cases (answer_id, project_id, made_at, due_at)
  select g.id, g.project_id, g.made_at, g.made_at
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as g(id, project_id, made_at)
   where ${hasRoom('g.project_id')} order by g.id ${CHOSEN_ANEW}`;

/** For the write of answers, inside its transaction. */
export async function openCases(
  tx: Statements,
  written: readonly { readonly id: number; readonly answer: NewAnswer }[],
): Promise<void> {
  const chosen = written.filter(({ answer }) => answer.isToBeJudged === true);
  if (chosen.length === 0) return;
  const columns = [
    chosen.map(({ id }) => id),
    chosen.map(({ answer }) => answer.projectId),
    chosen.map(({ answer }) => answer.createdAt),
  ];
  await tx.run(OPEN, columns);
}

/** True: it was still its holder's. */
export async function closeCase(
  tx: Pick<Statements, 'run'>,
  { answerId, generation }: JudgingCase,
): Promise<boolean> {
  const close = 'delete from judging_cases where answer_id = $1 and generation = $2';
  return (await tx.run(close, [answerId, generation])) === 1;
}

/** `skip locked`: somebody else is taking it. Kept apart from the update, so that it runs once. */
const CLAIM = `
  with due as materialized (${selectDue({ worker: '$1', now: '$2' })} for update skip locked)
  update judging_cases c set owner = $1, generation = c.generation + 1
    from due where c.answer_id = due.answer_id returning c.*`;

const GIVE_BACK = `
  update judging_cases set owner = null, attempts = $3, due_at = $4, failed_at = $5, code = $6, why = $7
   where answer_id = $1 and generation = $2`;

const POSTPONE = `
  with cases as materialized (
    select answer_id from judging_cases where project_id = $1 and failed_at is null order by answer_id for update)
  update judging_cases c set due_at = greatest(c.due_at, $2), code = $3, why = $4,
         owner = case when c.answer_id = $5 and c.generation = $6 then null else c.owner end
    from cases where c.answer_id = cases.answer_id`;

const RETRY = `
  update judging_cases set failed_at = null, attempts = 0, due_at = $2
   where project_id = $1 and failed_at is not null`;

export function postgresCases(session: Session, scans: Session): CaseStore {
  return {
    async claim(workerId, now) {
      const row = await session.first(CLAIM, [workerId, now]);
      return row === undefined ? null : toCase(row);
    },
    drop: (claimed) => closeCase(session, claimed),
    async giveBack({ answerId, generation }, { attempts, dueAt, failedAt, trouble }) {
      const values = [answerId, generation, attempts, dueAt, failedAt, trouble.code, trouble.why];
      return (await session.run(GIVE_BACK, values)) === 1;
    },
    async postpone({ answerId, generation, projectId }, until, { code, why }) {
      await session.run(POSTPONE, [projectId, until, code, why, answerId, generation]);
    },
    async state(projectId) {
      return toState(await scans.all(CASE_STATE, [projectId]));
    },
    retry: (projectId, now) => session.run(RETRY, [projectId, now]),
    async sweep(before) {
      await session.run('delete from judging_cases where made_at < $1', [before]);
    },
  };
}
