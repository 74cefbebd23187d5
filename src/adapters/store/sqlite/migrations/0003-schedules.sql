create table schedules (
  id integer primary key autoincrement,
  project_id integer not null references projects(id),
  name text not null,
  cron text not null,
  time_zone text not null,
  is_on integer not null,
  workload text not null,
  priority integer not null,
  pace_ms integer,
  options text not null,
  item_count integer not null,
  next_at integer,
  last_due_at integer,
  last_started_at integer,
  last_batch_id integer,
  last_error text,
  created_at integer not null,
  updated_at integer not null,
  -- Last, since it may be long: lists stop reading before it.
  items text not null,
  unique (project_id, name)
) strict;

create index schedules_due on schedules(next_at) where next_at is not null;
