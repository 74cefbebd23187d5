import type { Statements } from '#clients/postgres.ts';
import type { Flight, NewAnswer } from '#domain/answer.ts';
import { documentsOf, RENEWED, toParameters } from '../sql/answer-rows.ts';
import { LINK, UNLINK } from './answer-documents.ts';
import { keepQuestions, noteOutcomes } from './carried.ts';
import { openCases } from './cases.ts';

/** Column, name of the parameter, type: in the order of the statement. */
const COLUMNS = [
  ['project_id', 'projectId', 'bigint'],
  ['key', 'key', 'text'],
  ['question', 'question', 'text'],
  ['filter', 'filter', 'text'],
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

export interface Landing {
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
  const put = answers.flatMap((answer) => {
    const id = ids.get(nameOf(answer));
    return id === undefined ? [] : [{ id, answer }];
  });
  const links = put.flatMap(({ id, answer }) =>
    [...documentsOf(answer)].map((documentId) => [documentId, id] as const),
  );
  await Promise.all([
    tx.run(UNLINK, [[...ids.values()]]),
    tx.run(LINK, [links.map(([documentId]) => documentId), links.map(([, id]) => id)]),
  ]);
  await keepQuestions(
    tx,
    put.map(({ id, answer: { projectId, asked } }) => ({ id, projectId, asked })),
  );
  await openCases(tx, put);
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
