create table projects (
  id integer primary key,
  name text not null unique,
  corpus_version integer not null default 0,
  created_at integer not null
) strict;

create table batches (
  id integer primary key autoincrement,
  project_id integer not null references projects(id),
  workload text not null,
  name text,
  status text not null,
  source_kind text not null,
  source_detail text,
  priority integer not null,
  pace_ms integer not null,
  concurrency integer,
  max_attempts integer not null,
  options text not null,
  metadata text not null,
  round integer not null default 0,
  next_seq integer not null default 1,
  paced_until integer not null default 0,
  unfinished text,
  -- Visible changes of the batch's own row; the counts have versions of their own, per slot.
  version integer not null default 1,
  created_at integer not null,
  started_at integer,
  ended_at integer
) strict;

create index batches_processing on batches(project_id, priority desc, id) where status = 'processing';
create index batches_of_project on batches(project_id, id) where status not in ('receiving', 'deleting', 'deleted');
create index batches_unfinished on batches(id) where unfinished is not null;
create index batches_asks on batches(ended_at) where source_kind = 'ask';
create index batches_paused on batches(id) where status = 'paused';
create index batches_deleted on batches(ended_at) where status = 'deleted';

-- What is shown of a batch's progress: one row per writer, so that writers never wait for one another. No rule reads it.
create table batch_counts (
  batch_id integer not null,
  slot integer not null,
  pending integer not null default 0,
  processing integer not null default 0,
  completed integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  skipped integer not null default 0,
  version integer not null default 0,
  primary key (batch_id, slot)
) strict, without rowid;

-- id = batch_id * 2^24 + seq: a batch is one range of the primary key.
create table items (
  id integer primary key,
  batch_id integer not null,
  status text not null,
  priority integer not null default 0,
  -- 0: at once. Anything else is a backoff, and stands in the delayed index instead of the ready one.
  available_at integer not null default 0,
  generation integer not null default 0,
  failures integer not null default 0,
  losses integer not null default 0,
  owner integer,
  created_at integer not null,
  started_at integer,
  ended_at integer,
  payload text not null,
  key text,
  reason text,
  error_code text,
  error_message text,
  result text
) strict;

-- One partial index per status, with literal predicates: SQLite uses a partial index only when it can prove the predicate.
create index items_ready on items(batch_id, priority desc, id) where status = 'pending' and available_at = 0;
create index items_delayed on items(batch_id, available_at) where status = 'pending' and available_at > 0;
create index items_processing on items(batch_id, owner) where status = 'processing';
create index items_failed on items(batch_id, id) where status = 'failed';
create unique index items_key on items(batch_id, key) where key is not null;

-- Tries that did not succeed; a success needs no row of its own.
create table attempts (
  item_id integer not null,
  number integer not null,
  started_at integer not null,
  ended_at integer not null,
  error_code text not null,
  error_message text not null,
  primary key (item_id, number)
) strict, without rowid;

-- What happened, by project and hour; small, and kept when batches are deleted.
create table hours (
  project_id integer not null,
  started_at integer not null,
  completed integer not null,
  failed integer not null,
  skipped integer not null,
  hits integer not null,
  misses integer not null,
  saved_ms integer not null,
  primary key (project_id, started_at)
) strict, without rowid;

create table workers (
  id integer primary key autoincrement,
  host text not null,
  pid integer not null,
  version text not null,
  started_at integer not null,
  heartbeat_at integer not null,
  lease_until integer not null
) strict;

create table idempotency_keys (
  project_id integer not null,
  operation text not null,
  key text not null,
  status text not null,
  batch_id integer,
  body_hash text,
  response_status integer,
  response_location text,
  response_body text,
  created_at integer not null,
  primary key (project_id, operation, key)
) strict, without rowid;

create index idempotency_age on idempotency_keys(created_at);

create table operations (
  id integer primary key autoincrement,
  project_id integer not null,
  action text not null,
  filter text not null,
  status text not null,
  matched integer not null default 0,
  changed integer not null default 0,
  refused integer not null default 0,
  note text,
  cursor text,
  created_at integer not null,
  ended_at integer
) strict;

create index operations_open on operations(id) where status = 'processing';

create table answers (
  id integer primary key autoincrement,
  project_id integer not null,
  key text not null,
  question text not null,
  found integer not null,
  text text not null,
  citations text not null,
  evidence text not null,
  input_tokens integer not null,
  output_tokens integer not null,
  profile text not null,
  corpus_version integer not null,
  created_at integer not null,
  expires_at integer not null,
  took_ms integer not null,
  hits integer not null default 0,
  last_hit_at integer,
  unique (project_id, key)
) strict;

-- Lists and purges walk a project's answers by id.
create index answers_of_project on answers(project_id, id);
-- The sweep looks for expired ones every few seconds: it must not walk all that are not.
create index answers_expiring on answers(project_id, expires_at);

-- Which documents an answer rests on, for purges and for "what rests on it".
create table answer_documents (
  document_id integer not null,
  answer_id integer not null,
  primary key (document_id, answer_id)
) strict, without rowid;

create index answer_documents_of_answer on answer_documents(answer_id);

-- Generations in progress. The token fences a leader that lost its lease: autoincrement never gives it twice.
create table flights (
  token integer primary key autoincrement,
  project_id integer not null,
  key text not null,
  corpus_version integer not null,
  lease_until integer not null,
  unique (project_id, key, corpus_version)
) strict;

create table documents (
  id integer primary key autoincrement,
  project_id integer not null,
  name text not null,
  -- The version that is visible; null once removed.
  version_id integer,
  created_at integer not null,
  updated_at integer not null,
  unique (project_id, name)
) strict;

create table document_versions (
  id integer primary key autoincrement,
  document_id integer not null references documents(id),
  project_id integer not null,
  -- staged, published, retired (seen no more, its rows still there) or swept (its rows gone).
  status text not null,
  media_type text not null,
  bytes integer not null,
  sha256 text not null,
  pages integer,
  chunks integer not null default 0,
  tokens integer not null default 0,
  created_at integer not null,
  -- The corpus versions at which it came into sight, and left it.
  published_at_version integer,
  retired_at_version integer
) strict;

create index document_versions_published on document_versions(project_id, published_at_version) where published_at_version is not null;
create index document_versions_retired on document_versions(project_id, retired_at_version) where retired_at_version is not null;
create index document_versions_of_document on document_versions(document_id);
create index document_versions_staged on document_versions(created_at) where status = 'staged';
create index document_versions_unswept on document_versions(id) where status = 'retired';
create index document_versions_content on document_versions(project_id, sha256) where status = 'published';

create table chunks (
  id integer primary key autoincrement,
  version_id integer not null references document_versions(id),
  number integer not null,
  headings text not null,
  page integer,
  paragraphs text not null,
  tokens integer not null,
  vector blob not null,
  unique (version_id, number)
) strict;

-- rowid = id of the chunk. `project` holds one word, so that a search never walks another project's rows.
create virtual table chunk_texts using fts5(
  project, headings, text,
  content = '', contentless_delete = 1,
  tokenize = 'porter unicode61 remove_diacritics 2'
);
