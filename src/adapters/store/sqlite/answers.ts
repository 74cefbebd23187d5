import type { DatabaseSync } from 'node:sqlite';
import type { Answer, Flight, NewAnswer } from '#domain/answer.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { AnswerFilter, AnswerStats, AnswerStore, FoundAgain, LookedAt } from '#ports/store/answers.ts';
import { documentsOf, movedColumns, toAnswer, toFormerAnswer } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { keepQuestion, noteOutcome } from './carried.ts';
import { putAnswer } from './put-answer.ts';
import type { Remote } from './remote.ts';

const FRESH_AT = freshAt('max');
/** What `toAnswer` takes. */
export const SELECT = `select a.*, ${FRESH_AT} as fresh_at from answers a`;

/** Rows that one write drops at most: a purge of a large cache must not hold up other writers. */
const DROP_STEP = 2_000;

export function answerWrites(db: DatabaseSync) {
  const put = putAnswer(db);
  const confirm = db.prepare(
    `update answers as a set corpus_version = :next, epoch = :epoch, floor = :floor
      where id = :id and project_id = :projectId and corpus_version <= :version and created_at = :createdAt
        and ${FRESH_AT} <= :next`,
  );
  const count = db.prepare(
    'update answers set hits = hits + ?, last_hit_at = max(coalesce(last_hit_at, 0), ?) where id = ?',
  );
  const unlink = db.prepare('delete from answer_documents where answer_id = ?');
  const remove = db.prepare('delete from answers where id = ?');
  const forget = db.prepare('delete from answer_versions where answer_id = ?');
  const close = db.prepare('delete from judging_cases where answer_id = ?');
  const keepAsked = keepQuestion(db);
  const note = noteOutcome(db);
  const move = moveAnswer(db);
  const raise = db.prepare('update projects set cache_version = cache_version + 1 where id = ?');
  return {
    put(answer: NewAnswer, flight: Flight | null): boolean {
      return put(answer, flight) !== null;
    },
    confirm({ id, projectId, corpusVersion: version, createdAt }: LookedAt, found: FoundAgain): boolean {
      const { corpusVersion: next, epoch, floor, asked } = found;
      if (confirm.run({ id, projectId, version, createdAt, next, epoch, floor }).changes === 0) return false;
      keepAsked(projectId, id, asked);
      if (found.moved !== null && found.moved !== undefined) move(id, found.moved);
      note(id, 'kept');
      return true;
    },
    countHits(hits: readonly { readonly answerId: number; readonly hits: number }[], now: number): void {
      for (const hit of hits) count.run(hit.hits, now, hit.answerId);
    },
    /** Drops the first matching rows, at most a step of them. */
    dropSome(projectId: number, filter: AnswerFilter): number {
      const { where, values } = matching(projectId, filter);
      const ids = db.prepare(`select id from answers a where ${where} limit ${DROP_STEP}`).all(values);
      for (const { id } of ids as { id: number }[]) {
        unlink.run(id);
        remove.run(id);
        forget.run(id);
        close.run(id);
        keepAsked(projectId, id, null);
        note(id, 'dropped');
      }
      if (ids.length > 0) raise.run(projectId);
      return ids.length;
    },
  };
}

/** Where its evidence and its citations stand now. What it says stays: its version does too. */
function moveAnswer(db: DatabaseSync): (id: number, moved: NonNullable<FoundAgain['moved']>) => void {
  const find = db.prepare('select found, text, evidence from answers where id = ?');
  const update = db.prepare('update answers set citations = ?, content = ?, evidence = ? where id = ?');
  const unlink = db.prepare('delete from answer_documents where answer_id = ?');
  const link = db.prepare(
    'insert into answer_documents (document_id, answer_id) values (?, ?) on conflict do nothing',
  );
  return (id, moved) => {
    const row = movedColumns(find.get(id), moved);
    update.run(row.citations, row.content, row.evidence, id);
    unlink.run(id);
    for (const documentId of documentsOf(moved)) link.run(documentId, id);
  };
}

export function answerScans(db: DatabaseSync) {
  const stats = db.prepare(STATS);
  const byKey = db.prepare(BY_KEY);
  return {
    findByKeys(projectId: number, keys: readonly string[]): Answer[] {
      return keys.flatMap((key) => byKey.all(projectId, key).map(toAnswer));
    },
    list(projectId: number, filter: AnswerFilter, page: PageRequest): Page<Answer> {
      const { where, values } = matching(projectId, filter);
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = db
        .prepare(`${SELECT} where ${where} and id < :before order by id desc limit :limit`)
        .all({ ...values, before, limit: page.limit + 1 });
      return pageOf(rows.map(toAnswer), page.limit, (answer) => answer.id);
    },
    stats(projectId: number, now: number): AnswerStats {
      return { ...(stats.get({ projectId, now, soon: now + SOON_MS }) as unknown as AnswerStats) };
    },
  };
}

const SOON_MS = 86_400_000;
const CORPUS_VERSION = '(select corpus_version from projects where id = :projectId)';
const BY_KEY = `${SELECT} where project_id = ? and key = ?`;

const STATS = `
  select count(*) as answers,
    coalesce(sum(found = 0 and expires_at > :now), 0) as notFound,
    coalesce(sum(expires_at <= :now), 0) as expired,
    coalesce(sum(expires_at > :now and ${FRESH_AT} < ${CORPUS_VERSION}), 0) as suspect,
    coalesce(sum(found = 1 and expires_at > :now and expires_at <= :soon), 0) as expiring
  from answers a where project_id = :projectId`;

export function sqliteAnswers(
  db: DatabaseSync,
  writes: Remote<typeof answerWrites>,
  scans: Remote<typeof answerScans>,
): AnswerStore {
  const byKey = db.prepare(BY_KEY);
  const byId = db.prepare(`${SELECT} where project_id = ? and id = ?`);
  const former = db.prepare(`
    select v.* from answer_versions v join answers a on a.id = v.answer_id where a.project_id = ? and a.id = ?`);
  return {
    async findByKey(projectId, key) {
      const row = byKey.get(projectId, key);
      return row === undefined ? null : toAnswer(row);
    },
    async find(projectId, answerId) {
      const row = byId.get(projectId, answerId);
      return row === undefined ? null : toAnswer(row);
    },
    findByKeys: scans.findByKeys,
    put: writes.put,
    confirm: writes.confirm,
    countHits: writes.countHits,
    async drop(projectId, filter) {
      let dropped = 0;
      let step: number;
      do {
        step = await writes.dropSome(projectId, filter);
        dropped += step;
      } while (step === DROP_STEP);
      return dropped;
    },
    list: scans.list,
    async former(projectId, answerId) {
      const row = former.get(projectId, answerId);
      return row === undefined ? null : toFormerAnswer(row);
    },
    stats: scans.stats,
  };
}

function matching(
  projectId: number,
  filter: AnswerFilter,
): { where: string; values: Record<string, string | number> } {
  const conditions = ['project_id = :projectId'];
  const values: Record<string, string | number> = { projectId };
  const add = (condition: string, name: string, value: string | number | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values[name] = value;
  };
  add('id = :answerId', 'answerId', filter.answerId);
  const ids = filter.answerIds === undefined ? undefined : JSON.stringify(filter.answerIds);
  add('id in (select value from json_each(:ids))', 'ids', ids);
  add(
    'id in (select answer_id from answer_documents where document_id = :documentId)',
    'documentId',
    filter.documentId,
  );
  add('instr(lower(question), :text) > 0', 'text', filter.text?.toLowerCase());
  add('found = :found', 'found', filter.found === undefined ? undefined : Number(filter.found));
  add('expires_at <= :expiredAt', 'expiredAt', filter.expiredAt);
  add(`expires_at > :suspectAt and ${FRESH_AT} < ${CORPUS_VERSION}`, 'suspectAt', filter.suspectAt);
  return { where: conditions.join(' and '), values };
}
