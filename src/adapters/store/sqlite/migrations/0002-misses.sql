alter table hours add column saved_tokens integer not null default 0;

-- Questions that the cache had no fresh answer to, each once; small, see MOST_MISSES.
create table misses (
  id integer primary key autoincrement,
  project_id integer not null,
  key text not null,
  question text not null,
  misses integer not null,
  first_at integer not null,
  last_at integer not null,
  unique (project_id, key)
) strict;

create index misses_by_count on misses(project_id, misses desc, id desc);
create index misses_by_age on misses(last_at);
