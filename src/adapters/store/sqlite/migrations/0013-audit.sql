-- What was done by whom: rows are added and, when they are old, removed; none is ever changed.
create table audit (
  id integer primary key autoincrement,
  at integer not null,
  project_id integer,
  key_id integer,
  actor text not null,
  action text not null,
  thing text,
  address text,
  request_id text not null
) strict;

create index audit_of_project on audit(project_id, id);
create index audit_age on audit(at);
