-- What other models said to requests that were passed through to them: whole chats, and vectors of single texts.
create table turns (
  project_id integer not null,
  key text not null,
  kind text not null,
  form text not null,
  model text not null,
  bytes integer not null,
  input_tokens integer not null,
  output_tokens integer not null,
  created_at integer not null,
  expires_at integer not null,
  body text not null,
  primary key (project_id, key)
) strict;

create index turns_expiry on turns(expires_at);
