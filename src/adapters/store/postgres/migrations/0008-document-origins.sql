alter table document_versions add column embedder text not null default '';
alter table document_versions add column item_id bigint not null default 0;
alter table document_versions add column tags text;
alter table documents add column tags text not null default '[]';

create table document_tags (
  project_id bigint not null,
  tag text not null,
  document_id bigint not null,
  primary key (project_id, tag, document_id)
);

create index chunks_identity on chunks(identity);
