-- Keys that something here may be sealed with, by names that say nothing about them. The proof opens with that key alone.
create table seal_keys (
  name text primary key,
  proof text not null,
  since integer not null
) strict, without rowid;

-- The newest pass over everything that is sealed anew, and where it stands.
create table seal_pass (
  id integer primary key,
  key text,
  kind text not null,
  cursor text,
  looked integer not null,
  sealed integer not null,
  total integer not null,
  started_at integer not null,
  ended_at integer
) strict;
