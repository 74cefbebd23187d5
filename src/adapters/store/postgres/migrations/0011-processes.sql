alter table workers add column role text not null default 'server';
alter table workers add column is_draining integer not null default 0;
alter table idempotency_keys add column owner bigint;
alter table operations add column owner bigint;

-- Files, for processes that share a database and no disk: in parts of one upload, named once they are whole.
create table blob_parts (
  upload bigint not null,
  number integer not null,
  bytes bytea not null,
  created_at bigint not null,
  primary key (upload, number)
);

alter table blob_parts alter column bytes set storage external;

create sequence blob_uploads;

create table blobs (
  sha256 text primary key,
  upload bigint not null,
  bytes bigint not null
);
