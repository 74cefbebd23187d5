import { MAX_ITEMS_PER_BATCH } from '#domain/ids.ts';

/** Rows of a project in one table: `$1` is the project, `$2` how many go at a time. */
interface Removal {
  readonly table: string;
  /** Its primary key. */
  readonly key: string;
  readonly where: string;
}

const OWN = 'project_id = $1';
const ANSWERS = 'select id from answers where project_id = $1';
const VERSIONS = 'select id from document_versions where project_id = $1';
const KEYS = 'select id from api_keys where project_id = $1';

const own = (table: string, key = 'id'): Removal => ({ table, key, where: OWN });

/**
 * Everything that a project has beside its batches, in the order in which it can go: what refers to a row before that
 * row. A table that is not here, and has something of a project in it, is found by a test.
 */
export const REMOVALS: readonly Removal[] = [
  { table: 'answer_documents', key: 'document_id, answer_id', where: `answer_id in (${ANSWERS})` },
  { table: 'answer_versions', key: 'answer_id', where: `answer_id in (${ANSWERS})` },
  own('answer_questions', 'answer_id'),
  own('answers'),
  own('judgements'),
  own('judging_cases', 'answer_id'),
  own('misses'),
  own('turns', 'project_id, key'),
  own('touched_answers', 'project_id, corpus_version, answer_id'),
  own('corpus_changes', 'project_id, corpus_version'),
  own('corpus_epochs', 'project_id, epoch'),
  {
    table: 'chunk_vectors',
    key: 'chunk_id, embedder',
    where: `chunk_id in (select id from chunks where version_id in (${VERSIONS}))`,
  },
  { table: 'chunks', key: 'id', where: `version_id in (${VERSIONS})` },
  own('document_tags', 'project_id, tag, document_id'),
  own('document_versions'),
  own('documents'),
  own('records'),
  own('markers', 'project_id, key'),
  own('responses'),
  own('schedules'),
  own('alerts'),
  own('deliveries'),
  own('webhooks'),
  {
    table: 'operation_changes',
    key: 'operation_id, batch_id',
    where: 'operation_id in (select id from operations where project_id = $1)',
  },
  own('operations'),
  own('idempotency_keys', 'project_id, operation, key'),
  own('figures', 'project_id, batch_id, started_at, name'),
  own('reports', 'batch_id'),
  own('hours', 'project_id, started_at'),
  own('flights', 'token'),
  own('token_reservations'),
  {
    table: 'token_spend',
    key: 'scope, owner_id, day',
    where: `(scope = 'project' and owner_id = $1) or (scope = 'key' and owner_id in (${KEYS}))`,
  },
  {
    table: 'sessions',
    key: 'hash',
    where: 'key_hash in (select hash from api_keys where project_id = $1)',
  },
  own('audit'),
  own('api_keys'),
];

export function removeSome({ table, key, where }: Removal): string {
  const columns = key.includes(',') ? `(${key})` : key;
  return `delete from ${table} where ${columns} in (select ${key} from ${table} where ${where} limit $2)`;
}

/** Batches go item by item: one batch is one range of ids. `$1` is the first id, `$2` the one after the last. */
export const REMOVE_ATTEMPTS = 'delete from attempts where item_id >= $1 and item_id < $2';
export const REMOVE_ITEMS =
  'delete from items where id in (select id from items where id >= $1 and id < $2 order by id limit $3)';

/** What is still to be done by whoever watches, claims or settles: nothing. */
export const CLOSE_BATCHES = `
  update batches set status = 'deleting', unfinished = '{"kind":"delete"}', version = version + 1
   where project_id = $1 and status not in ('deleting', 'deleted') returning id`;

/** Files that its documents, and those on their way, were made from. */
export const FILES_OF = `
  select distinct sha256 from document_versions where project_id = $1`;

const IDS = MAX_ITEMS_PER_BATCH + 1;

/** By the range of ids that a batch is: items of other batches are not walked. */
export const FILES_ON_THEIR_WAY = `
  select i.payload from batches b join items i on i.id >= b.id * ${IDS} and i.id < (b.id + 1) * ${IDS}
   where b.project_id = $1 and b.workload = 'documents'`;

/** Not to be mistaken for the name of a project. */
export function nameOfRemoved(projectId: number): string {
  return `~${projectId}`;
}
