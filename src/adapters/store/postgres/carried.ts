import type { Statements } from '#clients/postgres.ts';
import type { EmbeddedQuestion } from '#domain/embedded-question.ts';
import { KEPT_CHANGES, MOST_TOUCHED } from '#ports/store/carried.ts';
import type { TouchOutcome } from '#ports/store/carried.ts';
import { questionOf, reachOf, validCarry } from '../sql/carried-rows.ts';
import type { CarriedChange } from '../sql/carried-rows.ts';
import type { Session } from './session.ts';

/** Whatever enrols, drops or raises the corpus version locks the project's row first. */
const LOCK = `
  select corpus_version, carried_version, epoch, embedder, enrolment from projects where id = $1 for no key update`;

/** Of what was enrolled after $3, and of these: rows by id, so that two writers never wait crosswise. */
const DROP = `
  update answer_questions set enrolment = -1, until = $2
   where answer_id = any(array(
     select answer_id from answer_questions where project_id = $1 and enrolment > $3 order by answer_id for update))
  returning answer_id`;
const DROP_THESE = `
  update answer_questions set enrolment = -1, until = $2
   where answer_id = any(array(
     select answer_id from answer_questions
      where project_id = $1 and enrolment > 0 and answer_id = any($3::bigint[]) order by answer_id for update))
  returning answer_id`;

const ALIGN = 'update projects set carried_version = corpus_version where id = $1';

const ENROL = `
  with new as materialized (
    select answer_id from answer_questions where project_id = $1 and enrolment = 0 order by answer_id for update)
  update answer_questions q set until = null, enrolment = case when q.embedder = $2 and exists (
      select 1 from answers a where a.id = q.answer_id and a.corpus_version = $3 and a.epoch = $4)
    then $5::bigint else -1 end
    from new where q.answer_id = new.answer_id`;

const ANY_NEW = 'select 1 as one from answer_questions where project_id = $1 and enrolment = 0 limit 1';
const COUNT = 'update projects set enrolment = enrolment + 1 where id = $1';

export function enrol(session: Session) {
  return async (projectId: number): Promise<void> => {
    if ((await session.first(ANY_NEW, [projectId])) === undefined) return;
    await session.transaction(async (tx) => {
      const project = await tx.first(LOCK, [projectId]);
      if (project === undefined) return;
      const { corpus_version: version, carried_version: until, epoch, embedder } = project;
      if (until !== version) {
        await tx.run(DROP, [projectId, until, 0]);
        await tx.run(ALIGN, [projectId]);
      }
      await tx.run(ENROL, [projectId, embedder, version, epoch, (project['enrolment'] as number) + 1]);
      await tx.run(COUNT, [projectId]);
    });
  };
}

const CARRIED = 'select count(*) as answers from answer_questions where project_id = $1 and enrolment > 0';

/** To be called by whatever raises the corpus version, inside its transaction and at its end. */
export async function carryAnswers(tx: Statements, change: CarriedChange): Promise<void> {
  const { projectId } = change;
  const project = await tx.first(LOCK, [projectId]);
  const until = project?.['carried_version'] as number;
  const carry = validCarry(change, { epoch: project?.['epoch'] as number, carriedVersion: until });
  const answers = (await tx.first(CARRIED, [projectId]))?.['answers'] as number;
  const dropped = await tx.all(DROP, [projectId, until, carry?.enrolment ?? 0]);
  if (carry !== null && carry.suspects.length > 0)
    dropped.push(...(await tx.all(DROP_THESE, [projectId, until, carry.suspects])));
  await tx.run(ALIGN, [projectId]);
  const ids = dropped.map((row) => row['answer_id'] as number);
  await noteChange(tx, change, { reach: reachOf(change, carry), answers, ids });
}

const INSERT = `
  insert into corpus_changes (project_id, corpus_version, document_id, kind, reach, answers, touched, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`;
const TOUCH = `
  insert into touched_answers (project_id, corpus_version, answer_id) select $1, $2, unnest($3::bigint[])`;

async function noteChange(
  tx: Statements,
  { projectId, corpusVersion, documentId, kind, now }: CarriedChange,
  { reach, answers, ids }: { reach: string; answers: number; ids: readonly number[] },
): Promise<void> {
  const oldest = [projectId, corpusVersion - KEPT_CHANGES];
  await tx.run(INSERT, [projectId, corpusVersion, documentId, kind, reach, answers, ids.length, now]);
  await tx.run(TOUCH, [projectId, corpusVersion, ids.slice(0, MOST_TOUCHED)]);
  await tx.run('delete from corpus_changes where project_id = $1 and corpus_version <= $2', oldest);
  await tx.run('delete from touched_answers where project_id = $1 and corpus_version <= $2', oldest);
}

const KEEP = `
  insert into answer_questions (answer_id, project_id, embedder, vector)
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[]) as g(id, project, embedder, vector) order by g.id
  on conflict (answer_id) do update set embedder = excluded.embedder, vector = excluded.vector, enrolment = 0, until = null`;

const FORGET = `
  delete from answer_questions where answer_id = any(array(
    select answer_id from answer_questions where answer_id = any($1::bigint[]) order by answer_id for update))`;

export interface AskedAnswer {
  readonly id: number;
  readonly projectId: number;
  readonly asked: EmbeddedQuestion | null | undefined;
}

/** Keeps the questions of answers that were stored or confirmed: from now on they stand where that was. */
export async function keepQuestions(tx: Statements, answers: readonly AskedAnswer[]): Promise<void> {
  const kept = answers.flatMap(({ id, projectId, asked }) => {
    const question = questionOf(asked);
    return question === null ? [] : [{ id, projectId, ...question }];
  });
  const ids = new Set(kept.map(({ id }) => id));
  const gone = answers.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
  if (gone.length > 0) await tx.run(FORGET, [gone]);
  if (kept.length === 0) return;
  await tx.run(KEEP, [
    kept.map(({ id }) => id),
    kept.map(({ projectId }) => projectId),
    kept.map(({ embedder }) => embedder),
    kept.map(({ vector }) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)),
  ]);
}

const NOTE = `
  update touched_answers t set outcome = g.outcome
    from (select project_id, corpus_version, answer_id, outcomes.outcome
            from touched_answers o join unnest($1::bigint[], $2::text[]) as outcomes(id, outcome) on o.answer_id = outcomes.id
           where o.outcome is null order by project_id, corpus_version, answer_id for update of o) g
   where t.project_id = g.project_id and t.corpus_version = g.corpus_version and t.answer_id = g.answer_id`;

/** Notes what became of answers that changes had touched. */
export async function noteOutcomes(
  tx: Statements,
  outcomes: readonly { readonly id: number; readonly outcome: TouchOutcome }[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await tx.run(NOTE, [outcomes.map(({ id }) => id), outcomes.map(({ outcome }) => outcome)]);
}
