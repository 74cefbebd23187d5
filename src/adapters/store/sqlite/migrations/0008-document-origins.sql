-- The model that made a version's vectors: a chunk of the same text keeps them.
alter table document_versions add column embedder text not null default '';
-- The item that brought it: of two versions that are read at the same time, that of the later item stays.
alter table document_versions add column item_id integer not null default 0;
-- JSON list of the tags that come with it; null: those of the document stay.
alter table document_versions add column tags text;
alter table documents add column tags text not null default '[]';

create table document_tags (
  project_id integer not null,
  tag text not null,
  document_id integer not null,
  primary key (project_id, tag, document_id)
) strict, without rowid;

create index chunks_identity on chunks(identity);
