import type { AnswerFilter, AnswerStats, AnswerStore } from '#ports/store/answers.ts';
import { toAnswer, toFormerAnswer } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { keepQuestions, noteOutcomes } from './carried.ts';
import { moveAnswer, UNLINK } from './answer-documents.ts';
import { Gather } from './gather.ts';
import { putAnswers } from './put-answers.ts';
import type { Landing } from './put-answers.ts';
import type { Session } from './session.ts';

const FRESH_AT = freshAt('greatest');
/** What `toAnswer` takes. */
export const SELECT = `select a.*, ${FRESH_AT} as fresh_at from answers a`;

/** Rows that one write drops at most: a purge of a large cache must not hold up other writers. */
const DROP_STEP = 2_000;

const CONFIRM = `
  update answers a set corpus_version = $5, epoch = $6, floor = $7
   where id = $1 and project_id = $2 and corpus_version <= $3 and created_at = $4 and ${FRESH_AT} <= $5`;

const COUNT_HITS = `
  update answers a set hits = a.hits + g.hits, last_hit_at = greatest(coalesce(a.last_hit_at, 0), $3)
    from unnest($1::bigint[], $2::bigint[]) as g(id, hits) where a.id = g.id`;

const SOON_MS = 86_400_000;
const CORPUS_VERSION = '(select corpus_version from projects where id = $1)';

const FORMER = `
  select v.* from answer_versions v join answers a on a.id = v.answer_id where a.project_id = $1 and a.id = $2`;

const STATS = `
  select count(*) as answers,
         count(*) filter (where found = 0 and expires_at > $2) as "notFound",
         count(*) filter (where expires_at <= $2) as expired,
         count(*) filter (where expires_at > $2 and ${FRESH_AT} < ${CORPUS_VERSION}) as suspect,
         count(*) filter (where found = 1 and expires_at > $2 and expires_at <= $3) as expiring
    from answers a where project_id = $1`;

/** Answers that one put takes at most. */
const MOST_PUT = 500;

export function postgresAnswers(session: Session, scans: Session): AnswerStore {
  const puts = new Gather<Landing, boolean>(MOST_PUT, async (landings) => {
    const written = await session.transaction((tx) => putAnswers(tx, landings));
    return landings.map((landing) => written.has(landing));
  });
  return {
    async findByKey(projectId, key) {
      const row = await session.first(`${SELECT} where project_id = $1 and key = $2`, [projectId, key]);
      return row === undefined ? null : toAnswer(row);
    },
    async findByKeys(projectId, keys) {
      const sql = `${SELECT} where project_id = $1 and key = any($2)`;
      return (await scans.all(sql, [projectId, keys])).map(toAnswer);
    },
    async find(projectId, answerId) {
      const row = await session.first(`${SELECT} where project_id = $1 and id = $2`, [projectId, answerId]);
      return row === undefined ? null : toAnswer(row);
    },
    put: (answer, flight) => puts.ask({ answer, flight }),
    async confirm({ id, projectId, corpusVersion, createdAt }, found) {
      const values = [id, projectId, corpusVersion, createdAt, found.corpusVersion, found.epoch, found.floor];
      return session.transaction(async (tx) => {
        if ((await tx.run(CONFIRM, values)) === 0) return false;
        await keepQuestions(tx, [{ id, projectId, asked: found.asked }]);
        if (found.moved !== null && found.moved !== undefined) await moveAnswer(tx, id, found.moved);
        await noteOutcomes(tx, [{ id, outcome: 'kept' }]);
        return true;
      });
    },
    async countHits(hits, now) {
      const sorted = [...hits].sort((a, b) => a.answerId - b.answerId);
      await session.run(COUNT_HITS, [sorted.map((hit) => hit.answerId), sorted.map((hit) => hit.hits), now]);
    },
    drop: (projectId, filter) => dropAll(session, projectId, filter),
    async list(projectId, filter, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const { where, values } = matching(projectId, filter);
      const n = values.length;
      const rows = await scans.all(
        `${SELECT} where ${where} and id < $${n + 1} order by id desc limit $${n + 2}`,
        [...values, before, page.limit + 1],
      );
      return pageOf(rows.map(toAnswer), page.limit, (answer) => answer.id);
    },
    async former(projectId, answerId) {
      const row = await session.first(FORMER, [projectId, answerId]);
      return row === undefined ? null : toFormerAnswer(row);
    },
    async stats(projectId, now) {
      return (await scans.first(STATS, [projectId, now, now + SOON_MS])) as unknown as AnswerStats;
    },
  };
}

export const RAISE_CACHE_VERSION = 'update projects set cache_version = cache_version + 1 where id = $1';

async function dropAll(session: Session, projectId: number, filter: AnswerFilter): Promise<number> {
  let dropped = 0;
  let step: number;
  do {
    step = await dropSome(session, projectId, filter);
    dropped += step;
  } while (step === DROP_STEP);
  return dropped;
}

/** Drops the first matching rows, at most a step of them. */
function dropSome(session: Session, projectId: number, filter: AnswerFilter): Promise<number> {
  const { where, values } = matching(projectId, filter);
  return session.transaction(async (tx) => {
    const found = await tx.all(
      `select id from answers a where ${where} order by id limit ${DROP_STEP} for update`,
      values,
    );
    const ids = found.map((row) => row['id'] as number);
    await Promise.all([
      tx.run(UNLINK, [ids]),
      tx.run('delete from answer_versions where answer_id = any($1)', [ids]),
      tx.run('delete from judging_cases where answer_id = any($1)', [ids]),
      tx.run('delete from answers where id = any($1)', [ids]),
    ]);
    await keepQuestions(
      tx,
      ids.map((id) => ({ id, projectId, asked: null })),
    );
    await noteOutcomes(
      tx,
      ids.map((id) => ({ id, outcome: 'dropped' })),
    );
    if (ids.length > 0) await tx.run(RAISE_CACHE_VERSION, [projectId]);
    return ids.length;
  });
}

function matching(projectId: number, filter: AnswerFilter): { where: string; values: (string | number)[] } {
  const conditions = ['project_id = $1'];
  const values: (string | number)[] = [projectId];
  const add = (condition: (place: string) => string, value: string | number | undefined) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add((place) => `id = ${place}`, filter.answerId);
  const ids = filter.answerIds === undefined ? undefined : `{${filter.answerIds.join(',')}}`;
  add((place) => `id = any(${place}::bigint[])`, ids);
  add(
    (place) => `id in (select answer_id from answer_documents where document_id = ${place})`,
    filter.documentId,
  );
  add((place) => `strpos(lower(question), ${place}) > 0`, filter.text?.toLowerCase());
  add((place) => `found = ${place}`, filter.found === undefined ? undefined : Number(filter.found));
  add((place) => `expires_at <= ${place}`, filter.expiredAt);
  add((place) => `expires_at > ${place} and ${FRESH_AT} < ${CORPUS_VERSION}`, filter.suspectAt);
  return { where: conditions.join(' and '), values };
}
