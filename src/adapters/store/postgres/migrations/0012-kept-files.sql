-- When a file was stored last: what nothing needs is deleted, but not while it may be on its way to an item.
alter table blobs add column kept_at bigint not null default 0;
