-- Words are ranked by the product's own BM25, from statistics that are frozen per epoch: the text index goes.
drop table chunk_texts;

-- The chunk's words, packed (src/domain/chunk-terms.ts); null: written before there were any, packed as they are read.
alter table chunks add column terms blob;
-- Digest of headings and text: the same chunk in two versions of a document.
alter table chunks add column identity text;

-- The epoch of the statistics, how many chunks were counted for it, and how many have come or gone since.
alter table projects add column epoch integer not null default 0;
alter table projects add column epoch_chunks integer not null default 0;
alter table projects add column epoch_changed integer not null default 0;

create table corpus_epochs (
  project_id integer not null,
  epoch integer not null,
  corpus_version integer not null,
  chunks integer not null,
  average_length real not null,
  frequencies blob not null,
  created_at integer not null,
  primary key (project_id, epoch)
) strict, without rowid;
