-- Discovered items: who led to them, and how many levels down.
alter table items add column parent_seq integer;
alter table items add column depth integer not null default 0;
create index items_children on items(batch_id, parent_seq, id) where parent_seq is not null;
alter table batch_counts add column discovered integer not null default 0;

-- Cached catalogue entries. `variant` tells works of one title apart; `skeleton` finds what is spelled otherwise.
create table records (
  id integer primary key autoincrement,
  project_id integer not null,
  kind text not null,
  key text not null,
  variant text not null,
  name text not null,
  skeleton text,
  -- null: no source knows it.
  value text,
  source text not null,
  fetched_at integer not null,
  expires_at integer not null,
  unique (project_id, kind, key, variant)
) strict;

create index records_near on records(project_id, kind, skeleton) where skeleton is not null;
create index records_expiring on records(expires_at);

-- "This author was done, with so many levels below."
create table markers (
  project_id integer not null,
  key text not null,
  levels integer not null,
  works integer not null,
  co_authors text not null,
  done_at integer not null,
  expires_at integer not null,
  primary key (project_id, key)
) strict, without rowid;

create index markers_expiring on markers(expires_at);

-- What sources answered, compressed.
create table responses (
  id integer primary key,
  project_id integer not null,
  key text not null,
  status integer not null,
  body blob not null,
  expires_at integer not null,
  unique (project_id, key)
) strict;

create index responses_expiring on responses(expires_at);

-- Named counters by batch and hour; kept when batches are deleted. Batch 0: what no batch did.
create table figures (
  project_id integer not null,
  batch_id integer not null,
  started_at integer not null,
  name text not null,
  value integer not null,
  primary key (project_id, batch_id, started_at, name)
) strict, without rowid;

create index figures_by_hour on figures(project_id, started_at);

-- What stays of a deleted batch for good.
create table reports (
  batch_id integer primary key,
  project_id integer not null,
  workload text not null,
  name text,
  source_kind text not null,
  source_detail text,
  options text not null,
  created_at integer not null,
  started_at integer,
  ended_at integer,
  counts text not null
) strict;

create index reports_of_project on reports(project_id, workload, batch_id);
