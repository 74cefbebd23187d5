import { columnsOf, NUMBERED_KINDS } from '#domain/project-copy.ts';
import { REPORT_RANGE, SELECT_FIGURES, SELECT_REPORTS } from './copied-reports.ts';
import type {
  CopiedKind,
  CopiedProject,
  CopiedRow,
  IdRange,
  IdRanges,
  NumberedKind,
} from '#domain/project-copy.ts';

/** `$1` is the project. */
const PUBLISHED = `select id from document_versions where project_id = $1 and status = 'published'`;
const OWN = 'project_id = $1';
const ANSWERS = 'select id from answers where project_id = $1';

interface CopiedTable {
  readonly table: string;
  /** The table whose ids it takes; without: its own. */
  readonly idsOf?: string;
  readonly where: string;
  readonly order: string;
  /** What an arriving row gets beside what it brings. `$project` is its project, `$secret` a webhook's. */
  readonly also: Readonly<Record<string, string>>;
}

const own = (table: string, order = 'id', also: CopiedTable['also'] = {}): CopiedTable => ({
  table,
  where: OWN,
  order,
  also: { project_id: '$project', ...also },
});

const TABLES: Readonly<Record<CopiedKind, CopiedTable>> = {
  documents: { ...own('documents'), where: `${OWN} and version_id is not null` },
  versions: {
    ...own('document_versions', 'id', { status: `'published'`, published_at_version: '1' }),
    where: `${OWN} and status = 'published'`,
  },
  chunks: { table: 'chunks', where: `version_id in (${PUBLISHED})`, order: 'id', also: {} },
  chunk_vectors: {
    table: 'chunk_vectors',
    where: `chunk_id in (select id from chunks where version_id in (${PUBLISHED}))`,
    order: 'chunk_id, embedder',
    also: {},
  },
  document_tags: own('document_tags', 'tag, document_id'),
  epochs: {
    ...own('corpus_epochs', 'epoch', { epoch: '1', corpus_version: '1' }),
    where: `${OWN} and epoch = (select epoch from projects where id = $1)`,
  },
  answers: own('answers', 'id', { corpus_version: '0', epoch: '0' }),
  answer_documents: {
    table: 'answer_documents',
    where: `answer_id in (${ANSWERS}) and document_id in (select id from documents where project_id = $1 and version_id is not null)`,
    order: 'document_id, answer_id',
    also: {},
  },
  former_answers: {
    table: 'answer_versions',
    where: `answer_id in (${ANSWERS})`,
    order: 'answer_id',
    also: { corpus_version: '0' },
  },
  misses: own('misses'),
  judgements: own('judgements'),
  judging_cases: own('judging_cases', 'answer_id'),
  turns: own('turns', 'key'),
  // Whoever copies a project may go on with it: what is done by the clock is not done twice before somebody says so.
  schedules: own('schedules', 'id', { is_on: '0' }),
  webhooks: own('webhooks', 'id', {
    is_on: '0',
    off_reason: `'brought in with another secret'`,
    secret: '$secret',
  }),
  records: own('records'),
  markers: own('markers', 'key'),
  hours: own('hours', 'started_at'),
  reports: { ...own('reports', 'batch_id'), idsOf: 'batches' },
  figures: own('figures', 'batch_id, started_at, name'),
};

/** What a table does not hold as it goes along. */
const SELECTS: Partial<Record<CopiedKind, string>> = { reports: SELECT_REPORTS, figures: SELECT_FIGURES };

export function selectCopied(kind: CopiedKind): string {
  const special = SELECTS[kind];
  if (special !== undefined) return special;
  const { table, where, order } = TABLES[kind];
  const names = columnsOf(kind).map(([name]) => name);
  return `select ${names.join(', ')} from ${table} where ${where} order by ${order}`;
}

/** Hours are kept in slots on PostgreSQL: there they come as sums. */
export const SUMMED_HOURS = `
  select started_at, sum(completed)::bigint as completed, sum(failed)::bigint as failed, sum(skipped)::bigint as skipped,
         sum(hits)::bigint as hits, sum(misses)::bigint as misses, sum(saved_ms)::bigint as saved_ms,
         sum(saved_tokens)::bigint as saved_tokens
    from hours where project_id = $1 group by started_at order by started_at`;

/** An insert with a place for each value of `insertValues`. */
export function insertCopied(
  kind: CopiedKind,
  placeOf: (n: number) => string,
  more: Readonly<Record<string, string>> = {},
): string {
  const { table, also } = TABLES[kind];
  const brought = columnsOf(kind).map(([name]) => name);
  const n = brought.length;
  const given = Object.entries({ ...also, ...more }).map(([name, value]) => [
    name,
    value === '$project' ? placeOf(n + 1) : value === '$secret' ? placeOf(n + 2) : value,
  ]);
  const columns = [...brought, ...given.map(([name]) => name)];
  const values = [...brought.map((_, i) => placeOf(i + 1)), ...given.map(([, value]) => value)];
  return `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')}) on conflict do nothing`;
}

export function insertValues(
  kind: CopiedKind,
  row: CopiedRow,
  { projectId, secret }: { readonly projectId: number; readonly secret: string | undefined },
): (string | number | Uint8Array | null)[] {
  const values = columnsOf(kind).map(([name]) => row[name] ?? null);
  const { also } = TABLES[kind];
  if (also['project_id'] !== undefined) values.push(projectId);
  if (also['secret'] !== undefined) values.push(secret ?? '');
  return values;
}

/** The table whose ids rows of this kind get. */
export function idsOf(kind: NumberedKind): string {
  const { table, idsOf: other = table } = TABLES[kind];
  return other;
}

export const COPIED_PROJECT = `
  select settings, embedder, embedder_reach, epoch, epoch_chunks, epoch_changed from projects where id = $1`;

export function selectRange(kind: NumberedKind): string {
  if (kind === 'reports') return REPORT_RANGE;
  const { table, where } = TABLES[kind];
  return `select min(id) as first, max(id) as last from ${table} where ${where}`;
}

export function toRanges(rows: readonly (Record<string, unknown> | undefined)[]): IdRanges {
  const ranges = NUMBERED_KINDS.map((kind, i): [NumberedKind, IdRange | null] => {
    const { first, last } = rows[i] as { first: number | null; last: number | null };
    return [kind, first === null || last === null ? null : [first, last]];
  });
  return Object.fromEntries(ranges) as IdRanges;
}

/** So that nobody finds it by a name. */
export const ARRIVING = '~arriving ';

export const SHOW_ARRIVED = `
  update projects set name = $2, settings = $3, embedder = $4, embedder_reach = $5, epoch = $6, epoch_chunks = $7,
         epoch_changed = $8, corpus_version = 1, carried_version = 1, embedder_at_version = 1, created_at = $9
   where id = $1 and not exists (select 1 from projects where name = $2)
     and id in (select project_id from project_arrivals) returning *`;

export function shownValues(
  projectId: number,
  name: string,
  project: CopiedProject,
  now: number,
): (string | number | null)[] {
  const { settings, embedder, embedder_reach, epoch, epoch_chunks, epoch_changed } = project;
  // With no statistics nothing was counted yet.
  const counted = epoch === 0 ? 0 : 1;
  return [projectId, name, settings, embedder, embedder_reach, counted, epoch_chunks, epoch_changed, now];
}
