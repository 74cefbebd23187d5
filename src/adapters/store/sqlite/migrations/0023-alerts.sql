create table alerts (
  id integer primary key autoincrement,
  -- null: about the server.
  project_id integer,
  kind text not null,
  message text not null,
  value real not null,
  threshold real not null,
  raised_at integer not null,
  cleared_at integer
) strict;

-- Raised once, however many look.
create unique index alerts_open on alerts(coalesce(project_id, 0), kind) where cleared_at is null;
create index alerts_of_project on alerts(project_id, id);
create index alerts_over on alerts(cleared_at) where cleared_at is not null;
