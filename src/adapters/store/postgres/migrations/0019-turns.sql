-- What other models said to requests that were passed through to them: whole chats, and vectors of single texts.
create table turns (
  project_id bigint not null,
  key text not null,
  kind text not null,
  form text not null,
  model text not null,
  bytes bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  body text not null,
  primary key (project_id, key)
);

create index turns_expiry on turns(expires_at);
