-- Projects that are being brought in from elsewhere: nobody sees them before everything is there.
create table project_arrivals (
  project_id integer primary key,
  touched_at integer not null
) strict;
