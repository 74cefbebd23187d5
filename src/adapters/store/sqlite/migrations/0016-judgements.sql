-- What a model said of an answer; made_at tells the answer it judged from one put in its place under the same key.
create table judgements (
  id integer primary key autoincrement,
  project_id integer not null,
  key text not null,
  made_at integer not null,
  faithful integer not null,
  complete integer not null,
  why text not null,
  judge text not null,
  tokens integer not null,
  judged_at integer not null,
  unique (project_id, key)
) strict;

create index judgements_of_project on judgements(project_id, id);
create index judgements_age on judgements(judged_at);
