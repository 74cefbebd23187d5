-- Tokens that models took, by day (UTC) since the epoch, of a project or a key.
create table token_spend (
  scope text not null,
  owner_id integer not null,
  day integer not null,
  spent integer not null,
  primary key (scope, owner_id, day)
) strict, without rowid;

-- Set aside by calls that are under way.
create table token_reservations (
  id integer primary key autoincrement,
  project_id integer not null,
  key_id integer,
  tokens integer not null,
  expires_at integer not null
) strict;

create index token_reservations_expiring on token_reservations(expires_at);
create index token_reservations_of_project on token_reservations(project_id);
create index token_reservations_of_key on token_reservations(key_id) where key_id is not null;

-- The key that submitted it, which pays for its answers beside its project.
alter table batches add column key_id integer;
