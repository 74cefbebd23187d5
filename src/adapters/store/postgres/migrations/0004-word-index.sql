alter table chunks add column terms bytea;
alter table chunks add column identity text;

alter table projects add column epoch bigint not null default 0;
alter table projects add column epoch_chunks bigint not null default 0;
alter table projects add column epoch_changed bigint not null default 0;

create table corpus_epochs (
  project_id bigint not null,
  epoch bigint not null,
  corpus_version bigint not null,
  chunks bigint not null,
  average_length double precision not null,
  frequencies bytea not null,
  created_at bigint not null,
  primary key (project_id, epoch)
);
