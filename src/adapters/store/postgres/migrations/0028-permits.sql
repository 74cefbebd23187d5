-- Calls to others within what they allow, for all processes together.
create table call_limits (
  name text primary key,
  -- Nobody is let through before: the other side asked for it.
  held_until bigint not null default 0,
  -- Somebody is waited for: what is done ahead of time stands back until then.
  urgent_until bigint not null default 0
);

create table call_permits (
  name text not null,
  place integer not null,
  -- How often it was taken: tells its holder from later ones.
  generation bigint not null,
  -- While its call is on its way: the end of the lease. Then: a window after the answer.
  counts_until bigint not null,
  primary key (name, place)
);
