-- Several processes: what each is, whether it is to finish and take no more, and whose what is under way is.
alter table workers add column role text not null default 'server';
alter table workers add column is_draining integer not null default 0;
alter table idempotency_keys add column owner integer;
alter table operations add column owner integer;
