-- Every vector from before versions knew their embedder was made by this one.
update document_versions set embedder = 'lexical-1' where embedder = '';

-- The embedder whose vectors a project's index holds, how it is reached, and the corpus version at which it came.
alter table projects add column embedder text;
alter table projects add column embedder_reach text;
alter table projects add column embedder_at_version bigint not null default 0;
update projects set embedder = (
  select v.embedder from document_versions v where v.project_id = projects.id and v.status = 'published' limit 1);

-- Vectors that another embedder than the version's made of its chunks: what a re-index writes.
create table chunk_vectors (
  chunk_id bigint not null,
  embedder text not null,
  vector bytea not null,
  primary key (chunk_id, embedder)
);
