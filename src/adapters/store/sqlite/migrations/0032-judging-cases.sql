-- Answers that were chosen to be judged, until they are; made_at tells the answer from one put in its place.
create table judging_cases (
  answer_id integer primary key,
  project_id integer not null,
  made_at integer not null,
  due_at integer not null,
  attempts integer not null default 0,
  generation integer not null default 0,
  owner integer,
  code text,
  why text,
  failed_at integer
) strict;

create index judging_cases_due on judging_cases(due_at) where failed_at is null;
create index judging_cases_of_project on judging_cases(project_id);
create index judging_cases_age on judging_cases(made_at);
