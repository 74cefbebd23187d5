-- Projects that were removed, by nothing but their ids: no other project gets the same, and what was on its way into one
-- when it was removed is swept up for a while.
create table removed_projects (
  project_id integer primary key,
  began_at integer not null,
  ended_at integer
) strict;
