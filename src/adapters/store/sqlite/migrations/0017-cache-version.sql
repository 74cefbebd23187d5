-- Raised when what caches beside the store hold of a project's answers may no longer be given.
alter table projects add column cache_version integer not null default 0;
