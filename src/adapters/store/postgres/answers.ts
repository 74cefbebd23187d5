import type { Statements } from '#clients/postgres.ts';
import type { Flight, NewAnswer } from '#domain/answer.ts';
import type { AnswerFilter, AnswerStats, AnswerStore } from '#ports/store/answers.ts';
import { documentsOf, RENEWED, toAnswer, toFormerAnswer, toParameters } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { keepQuestions, noteOutcomes } from './carried.ts';
import { LINK, moveAnswer, UNLINK } from './answer-documents.ts';
import { Gather } from './gather.ts';
import type { Session } from './session.ts';

const FRESH_AT = freshAt('greatest');
/** What `toAnswer` takes. */
export const SELECT = `select a.*, ${FRESH_AT} as fresh_at from answers a`;

/** Rows that one write drops at most: a purge of a large cache must not hold up other writers. */
const DROP_STEP = 2_000;

/** Column, name of the parameter, type: in the order of the statement. */
const COLUMNS = [
  ['project_id', 'projectId', 'bigint'],
  ['key', 'key', 'text'],
  ['question', 'question', 'text'],
  ['found', 'found', 'int'],
  ['text', 'text', 'text'],
  ['citations', 'citations', 'text'],
  ['content', 'content', 'text'],
  ['evidence', 'evidence', 'text'],
  ['epoch', 'epoch', 'bigint'],
  ['floor', 'floor', 'float8'],
  ['input_tokens', 'inputTokens', 'bigint'],
  ['output_tokens', 'outputTokens', 'bigint'],
  ['cost_micros', 'costMicros', 'bigint'],
  ['profile', 'profile', 'text'],
  ['generator', 'generator', 'text'],
  ['corpus_version', 'corpusVersion', 'bigint'],
  ['created_at', 'createdAt', 'bigint'],
  ['expires_at', 'expiresAt', 'bigint'],
  ['took_ms', 'tookMs', 'bigint'],
] as const;

const NAMES = COLUMNS.map(([column]) => column);

const UPSERT = `
  insert into answers (${NAMES.join(', ')}, changed_at)
  select g.*, g.created_at from unnest(${COLUMNS.map(([, , type], i) => `$${i + 1}::${type}[]`).join(', ')})
         as g(${NAMES.join(', ')})
  on conflict (project_id, key) do update set
    ${NAMES.slice(2)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}, ${RENEWED}
  where excluded.corpus_version >= answers.corpus_version
  returning id, project_id, key, changed_at = created_at as is_different`;

/** What the answers say that are about to be replaced by others. Their rows are locked until that is done. */
const KEEP = `
  insert into answer_versions (answer_id, version, found, text, citations, generator, corpus_version, changed_at,
                               replaced_at)
  select a.id, a.version, a.found, a.text, a.citations, a.generator, a.corpus_version, a.changed_at, g.created_at
    from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
           as g(project_id, key, content, corpus_version, created_at)
    join answers a on a.project_id = g.project_id and a.key = g.key
   where a.content <> g.content and a.corpus_version <= g.corpus_version
   order by a.id for update of a
  on conflict (answer_id) do update set
    version = excluded.version, found = excluded.found, text = excluded.text, citations = excluded.citations,
    generator = excluded.generator, corpus_version = excluded.corpus_version, changed_at = excluded.changed_at,
    replaced_at = excluded.replaced_at`;

const KEPT_BY = ['projectId', 'key', 'content', 'corpusVersion', 'createdAt'] as const;

interface Landing {
  readonly answer: NewAnswer;
  readonly flight: Flight | null;
}

/**
 * Writes answers inside the caller's transaction; the result says which were not too late: those whose flight, if
 * they came by one, was still theirs.
 *
 * An answer made at a newer corpus version is never replaced by one made at an older: a slow generation may land
 * after a faster one that began later.
 */
export async function putAnswers(
  tx: Statements,
  landings: readonly Landing[],
): Promise<ReadonlySet<Landing>> {
  if (landings.length === 0) return new Set();
  const flights = landings.flatMap(({ flight }) => (flight === null ? [] : [flight]));
  const landed = await removeFlights(tx, flights);
  const mine = landings.filter(({ flight }) => flight === null || landed.has(flight.token));
  const answers = newestOfEach(mine.map(({ answer }) => answer));
  if (answers.length === 0) return new Set(mine);
  const rows = answers.map(toParameters);
  const columns = COLUMNS.map(([, name]) => rows.map((row) => row[name]));
  await tx.run(
    KEEP,
    KEPT_BY.map((name) => rows.map((row) => row[name])),
  );
  const written = await tx.all(UPSERT, columns);
  const ids = new Map(
    written.map((row) => [`${String(row['project_id'])}:${String(row['key'])}`, row['id'] as number]),
  );
  const links = answers.flatMap((answer) => {
    const id = ids.get(nameOf(answer));
    return id === undefined ? [] : [...documentsOf(answer)].map((documentId) => [documentId, id] as const);
  });
  await Promise.all([
    tx.run(UNLINK, [[...ids.values()]]),
    tx.run(LINK, [links.map(([documentId]) => documentId), links.map(([, id]) => id)]),
  ]);
  await keepQuestions(
    tx,
    answers.flatMap((answer) => {
      const id = ids.get(nameOf(answer));
      return id === undefined ? [] : [{ id, projectId: answer.projectId, asked: answer.asked }];
    }),
  );
  await noteOutcomes(
    tx,
    written.map((row) => ({
      id: row['id'] as number,
      outcome: row['is_different'] === true ? ('different' as const) : ('same' as const),
    })),
  );
  return new Set(mine);
}

/** One row each for a statement that may touch a row but once; by key, so that two groups never wait crosswise. */
function newestOfEach(answers: readonly NewAnswer[]): NewAnswer[] {
  const byName = new Map<string, NewAnswer>();
  for (const answer of answers) {
    const before = byName.get(nameOf(answer));
    if (before === undefined || answer.corpusVersion >= before.corpusVersion)
      byName.set(nameOf(answer), answer);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer);
}

function nameOf({ projectId, key }: Pick<NewAnswer, 'projectId' | 'key'>): string {
  return `${projectId}:${key}`;
}

const REMOVE_FLIGHTS = `
  delete from flights where token = any(array(
    select token from flights where token = any($1) order by token for update)) returning token`;

async function removeFlights(tx: Statements, flights: readonly Flight[]): Promise<ReadonlySet<number>> {
  if (flights.length === 0) return new Set();
  const rows = await tx.all(REMOVE_FLIGHTS, [flights.map(({ token }) => token)]);
  return new Set(rows.map((row) => row['token'] as number));
}

/** What a late worker made is dropped; nobody shall wait for it until its lease runs out. */
export async function abandonFlights(tx: Statements, flights: readonly (Flight | null)[]): Promise<void> {
  await removeFlights(
    tx,
    flights.filter((flight) => flight !== null),
  );
}

const CONFIRM = `
  update answers a set corpus_version = $5, epoch = $6, floor = $7
   where id = $1 and project_id = $2 and corpus_version <= $3 and created_at = $4 and ${FRESH_AT} <= $5`;

const COUNT_HITS = `
  update answers a set hits = a.hits + g.hits, last_hit_at = greatest(coalesce(a.last_hit_at, 0), $3)
    from unnest($1::bigint[], $2::bigint[]) as g(id, hits) where a.id = g.id`;

const SOON_MS = 86_400_000;
const CORPUS_VERSION = '(select corpus_version from projects where id = $1)';

const DUE = `
  ${SELECT} where project_id = $1 and profile = $3 and (queued_at is null or queued_at < $4)
     and ((${FRESH_AT} < ${CORPUS_VERSION} and expires_at > $2)
       or (found = 1 and last_hit_at > created_at and (expires_at - $2) * 10 <= expires_at - created_at))
   order by hits desc, id limit $5`;

const FORMER = `
  select v.* from answer_versions v join answers a on a.id = v.answer_id where a.project_id = $1 and a.id = $2`;

const NOTE_QUEUED = `
  update answers set queued_at = $3
   where id = any(array(select id from answers where project_id = $1 and id = any($2::bigint[]) order by id for update))`;

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
    async drop(projectId, filter) {
      let dropped = 0;
      let step: number;
      do {
        step = await dropSome(session, projectId, filter);
        dropped += step;
      } while (step === DROP_STEP);
      return dropped;
    },
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
    ...rewarmVerbs(session, scans),
    async stats(projectId, now) {
      return (await scans.first(STATS, [projectId, now, now + SOON_MS])) as unknown as AnswerStats;
    },
  };
}

/** What it takes to make answers again, and to tell what that changed. */
function rewarmVerbs(session: Session, scans: Session): Pick<AnswerStore, 'former' | 'due' | 'noteQueued'> {
  return {
    async former(projectId, answerId) {
      const row = await session.first(FORMER, [projectId, answerId]);
      return row === undefined ? null : toFormerAnswer(row);
    },
    async due(projectId, { now, profile, queuedBefore, limit }) {
      return (await scans.all(DUE, [projectId, now, profile, queuedBefore, limit])).map(toAnswer);
    },
    async noteQueued(projectId, answerIds, now) {
      await session.run(NOTE_QUEUED, [projectId, answerIds, now]);
    },
  };
}

export const RAISE_CACHE_VERSION = 'update projects set cache_version = cache_version + 1 where id = $1';

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
