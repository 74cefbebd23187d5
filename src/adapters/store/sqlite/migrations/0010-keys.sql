create table api_keys (
  id integer primary key autoincrement,
  -- null: every project.
  project_id integer references projects(id),
  name text not null,
  prefix text not null,
  -- SHA-256 of its text, which is kept nowhere.
  hash text not null unique,
  scopes text not null,
  addresses text not null,
  expires_at integer,
  created_at integer not null,
  revoked_at integer,
  last_used_at integer,
  replaced_by integer
) strict;

create index api_keys_of_project on api_keys(project_id, id);

-- Who signed in to the admin page.
create table sessions (
  hash text primary key,
  key_hash text not null,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;

create index sessions_of_key on sessions(key_hash);
create index sessions_expiring on sessions(expires_at);
