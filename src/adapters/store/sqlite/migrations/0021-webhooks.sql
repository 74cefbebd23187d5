create table webhooks (
  id integer primary key autoincrement,
  project_id integer not null references projects(id),
  -- endpoint: is told of events. callbacks: signs what goes to the callbackUrl of an ask; one a project.
  kind text not null,
  name text not null,
  url text,
  events text not null,
  -- 1: asks for events of items, of which there may be very many.
  wants_items integer not null,
  is_on integer not null default 1,
  off_reason text,
  off_at integer,
  -- Since when nothing arrived; null when the newest attempt did.
  failing_since integer,
  delivered_at integer,
  -- Sealed when there is a key to seal with.
  secret text not null,
  old_secret text,
  old_secret_until integer,
  created_at integer not null,
  updated_at integer not null
) strict;

create index webhooks_of_project on webhooks(project_id, id);
create index webhooks_on on webhooks(id) where is_on = 1;
create unique index webhooks_callbacks on webhooks(project_id) where kind = 'callbacks';
create index webhooks_of_items on webhooks(project_id) where is_on = 1 and wants_items = 1;

-- What is to be told, written in the transaction that made it so: one row for each endpoint and event.
create table deliveries (
  id integer primary key autoincrement,
  project_id integer not null,
  webhook_id integer not null,
  -- Where it goes, when that is not the webhook's own address.
  url text,
  event text not null,
  subject integer,
  detail text not null,
  status text not null default 'pending',
  attempts integer not null default 0,
  -- pending: not before. sending: the end of the sender's lease.
  due_at integer not null,
  created_at integer not null,
  ended_at integer,
  -- Each attempt with its time, status and error; never what the receiver said.
  log text not null default '[]'
) strict;

create index deliveries_pending on deliveries(webhook_id, due_at) where status = 'pending';
create index deliveries_sending on deliveries(webhook_id, due_at) where status = 'sending';
create index deliveries_of_webhook on deliveries(webhook_id, id);
create index deliveries_age on deliveries(created_at);
