import type { DatabaseSync } from 'node:sqlite';
import type { NewAnswer } from '#domain/answer.ts';
import type { JudgingCase, JudgingState, JudgingTrouble } from '#domain/judging-case.ts';
import type { CaseStore, TriedCase } from '#ports/store/cases.ts';
import { CASE_STATE, CHOSEN_ANEW, hasRoom, selectDue, toCase, toState } from '../sql/case-rows.ts';
import type { Remote } from './remote.ts';

/** For the write of an answer, inside its transaction. */
export function openCase(db: DatabaseSync): (answerId: number, answer: NewAnswer) => void {
  const insert = db.prepare(`
    insert into judging_cases (answer_id, project_id, made_at, due_at)
    select :id, :projectId, :madeAt, :madeAt where ${hasRoom(':projectId')} ${CHOSEN_ANEW}`);
  return (id, { projectId, createdAt: madeAt, isToBeJudged = false }) => {
    if (isToBeJudged) insert.run({ id, projectId, madeAt });
  };
}

/** True: it was still its holder's. */
export function closeCase(db: DatabaseSync): (claimed: JudgingCase) => boolean {
  const close = db.prepare('delete from judging_cases where answer_id = ? and generation = ?');
  return ({ answerId, generation }) => close.run(answerId, generation).changes === 1;
}

export function caseWrites(db: DatabaseSync) {
  const claim = db.prepare(`
    update judging_cases set owner = :worker, generation = generation + 1
     where answer_id = (${selectDue({ worker: ':worker', now: ':now' })}) returning *`);
  const giveBack = db.prepare(`
    update judging_cases set owner = null, attempts = :attempts, due_at = :dueAt, failed_at = :failedAt,
           code = :code, why = :why
     where answer_id = :answerId and generation = :generation`);
  const postpone = db.prepare(`
    update judging_cases set due_at = max(due_at, :until), code = :code, why = :why,
           owner = case when answer_id = :answerId and generation = :generation then null else owner end
     where project_id = :projectId and failed_at is null`);
  const retry = db.prepare(`
    update judging_cases set failed_at = null, attempts = 0, due_at = ? where project_id = ? and failed_at is not null`);
  const sweep = db.prepare('delete from judging_cases where made_at < ?');
  return {
    drop: closeCase(db),
    claim(worker: number, now: number): JudgingCase | null {
      const row = claim.get({ worker, now });
      return row === undefined ? null : toCase(row);
    },
    giveBack({ answerId, generation }: JudgingCase, tried: TriedCase): boolean {
      const { attempts, dueAt, failedAt, trouble } = tried;
      const { code, why } = trouble;
      const values = { answerId, generation, attempts, dueAt, failedAt, code, why };
      return giveBack.run(values).changes === 1;
    },
    postpone({ answerId, generation, projectId }: JudgingCase, until: number, trouble: JudgingTrouble): void {
      const { code, why } = trouble;
      postpone.run({ answerId, generation, projectId, until, code, why });
    },
    retry(projectId: number, now: number): number {
      return Number(retry.run(now, projectId).changes);
    },
    sweep(before: number): void {
      sweep.run(before);
    },
  };
}

export function caseScans(db: DatabaseSync) {
  const state = db.prepare(CASE_STATE.replaceAll('$1', '?'));
  return {
    state: (projectId: number): JudgingState => toState(state.all(projectId)),
  };
}

export function sqliteCases(writes: Remote<typeof caseWrites>, scans: Remote<typeof caseScans>): CaseStore {
  const { claim, drop, giveBack, postpone, retry, sweep } = writes;
  return { claim, drop, giveBack, postpone, retry, sweep, state: scans.state };
}
