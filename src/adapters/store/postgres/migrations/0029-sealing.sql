-- Keys that something here may be sealed with, by names that say nothing about them. The proof opens with that key alone.
create table seal_keys (
  name text primary key,
  proof text not null,
  since bigint not null
);

-- The newest pass over everything that is sealed anew, and where it stands.
create table seal_pass (
  id bigint primary key,
  key text,
  kind text not null,
  cursor text,
  looked bigint not null,
  sealed bigint not null,
  total bigint not null,
  started_at bigint not null,
  ended_at bigint
);
