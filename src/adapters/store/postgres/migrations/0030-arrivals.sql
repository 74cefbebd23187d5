-- Projects that are being brought in from elsewhere: nobody sees them before everything is there.
create table project_arrivals (
  project_id bigint primary key,
  touched_at bigint not null
);
