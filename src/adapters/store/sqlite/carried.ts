import type { DatabaseSync } from 'node:sqlite';
import type { EmbeddedQuestion } from '#domain/embedded-question.ts';
import { KEPT_CHANGES, MOST_TOUCHED } from '#ports/store/carried.ts';
import type { TouchOutcome } from '#ports/store/carried.ts';
import { questionOf, reachOf, validCarry } from '../sql/carried-rows.ts';
import type { CarriedChange } from '../sql/carried-rows.ts';

interface ProjectRow {
  readonly corpus_version: number;
  readonly carried_version: number;
  readonly epoch: number;
  readonly embedder: string | null;
  readonly enrolment: number;
}

const PROJECT =
  'select corpus_version, carried_version, epoch, embedder, enrolment from projects where id = ?';

/** Drops what was enrolled after `after`. */
const DROP = `
  update answer_questions set enrolment = -1, until = :until where project_id = :projectId and enrolment > :after
  returning answer_id`;

export function carriedWrites(db: DatabaseSync) {
  const find = db.prepare(PROJECT);
  const anyNew = db.prepare('select 1 from answer_questions where project_id = ? and enrolment = 0 limit 1');
  const drop = db.prepare(DROP);
  const align = db.prepare('update projects set carried_version = corpus_version where id = ?');
  const enrol = db.prepare(`
    update answer_questions set until = null, enrolment = case when embedder = :embedder and exists (
        select 1 from answers a where a.id = answer_id and a.corpus_version = :version and a.epoch = :epoch)
      then :enrolment else -1 end
    where project_id = :projectId and enrolment = 0`);
  const count = db.prepare('update projects set enrolment = enrolment + 1 where id = ?');
  return {
    enrol(projectId: number): void {
      const project = find.get(projectId) as ProjectRow | undefined;
      if (project === undefined || anyNew.get(projectId) === undefined) return;
      const { corpus_version: version, carried_version: until, epoch, embedder } = project;
      if (until !== version) {
        drop.all({ projectId, until, after: 0 });
        align.run(projectId);
      }
      enrol.run({ projectId, version, epoch, embedder, enrolment: project.enrolment + 1 });
      count.run(projectId);
    },
  };
}

/** To be called by whatever raises the corpus version, inside its transaction and at its end. */
export function carryAnswers(db: DatabaseSync): (change: CarriedChange) => void {
  const find = db.prepare(PROJECT);
  const carried = db.prepare(
    'select count(*) as answers from answer_questions where project_id = ? and enrolment > 0',
  );
  const drop = db.prepare(DROP);
  const dropOne = db.prepare(`
    update answer_questions set enrolment = -1, until = :until
    where answer_id = :id and project_id = :projectId and enrolment > 0 returning answer_id`);
  const align = db.prepare('update projects set carried_version = corpus_version where id = ?');
  const note = noteChange(db);
  return (change) => {
    const { projectId } = change;
    const project = find.get(projectId) as unknown as ProjectRow;
    const { epoch, carried_version: until } = project;
    const carry = validCarry(change, { epoch, carriedVersion: until });
    const { answers } = carried.get(projectId) as { answers: number };
    const dropped = drop.all({ projectId, until, after: carry?.enrolment ?? 0 });
    for (const id of carry?.suspects ?? []) dropped.push(...dropOne.all({ projectId, until, id }));
    align.run(projectId);
    const ids = dropped.map((row) => row['answer_id'] as number);
    note(change, { reach: reachOf(change, carry), answers, ids });
  };
}

function noteChange(db: DatabaseSync) {
  const insert = db.prepare(`
    insert into corpus_changes (project_id, corpus_version, document_id, kind, reach, answers, touched, at)
    values (:projectId, :corpusVersion, :documentId, :kind, :reach, :answers, :touched, :now)`);
  const touch = db.prepare(
    'insert into touched_answers (project_id, corpus_version, answer_id) values (?, ?, ?)',
  );
  const trim = db.prepare('delete from corpus_changes where project_id = ? and corpus_version <= ?');
  const trimTouched = db.prepare('delete from touched_answers where project_id = ? and corpus_version <= ?');
  return (
    { projectId, corpusVersion, documentId, kind, now }: CarriedChange,
    { reach, answers, ids }: { reach: string; answers: number; ids: readonly number[] },
  ): void => {
    const touched = ids.length;
    insert.run({ projectId, corpusVersion, documentId, kind, reach, answers, touched, now });
    for (const id of ids.slice(0, MOST_TOUCHED)) touch.run(projectId, corpusVersion, id);
    trim.run(projectId, corpusVersion - KEPT_CHANGES);
    trimTouched.run(projectId, corpusVersion - KEPT_CHANGES);
  };
}

/** Keeps the question of an answer that was stored or confirmed: from now on it stands where that was. */
export function keepQuestion(db: DatabaseSync) {
  const keep = db.prepare(`
    insert into answer_questions (answer_id, project_id, embedder, vector) values (:id, :projectId, :embedder, :vector)
    on conflict (answer_id) do update set embedder = excluded.embedder, vector = excluded.vector, enrolment = 0, until = null`);
  const forget = db.prepare('delete from answer_questions where answer_id = ?');
  return (projectId: number, id: number, asked: EmbeddedQuestion | null | undefined): void => {
    const question = questionOf(asked);
    if (question === null) forget.run(id);
    else keep.run({ id, projectId, ...question });
  };
}

/** Notes what became of an answer that changes had touched. */
export function noteOutcome(db: DatabaseSync): (answerId: number, outcome: TouchOutcome) => void {
  const note = db.prepare('update touched_answers set outcome = ? where answer_id = ? and outcome is null');
  return (answerId, outcome) => void note.run(outcome, answerId);
}
