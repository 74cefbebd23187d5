-- Projects that were removed, by nothing but their ids: what was on its way into one when it was removed is swept up for
-- a while.
create table removed_projects (
  project_id bigint primary key,
  began_at bigint not null,
  ended_at bigint
);
