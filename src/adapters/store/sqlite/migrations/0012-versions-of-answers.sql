-- Digest of what readers see. An answer that is made again and comes out the same keeps its version.
alter table answers add column content text not null default '';
alter table answers add column version integer not null default 1;
-- When it came to say what it says; 0: before this was noted.
alter table answers add column changed_at integer not null default 0;
-- When it was queued to be made again by the server itself; null: not since it was made.
alter table answers add column queued_at integer;

-- What an answer said before: the last version that was replaced.
create table answer_versions (
  answer_id integer primary key,
  version integer not null,
  found integer not null,
  text text not null,
  citations text not null,
  generator text not null,
  corpus_version integer not null,
  changed_at integer not null,
  replaced_at integer not null
) strict;
