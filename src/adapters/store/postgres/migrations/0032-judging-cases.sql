-- Answers that were chosen to be judged, until they are; made_at tells the answer from one put in its place.
create table judging_cases (
  answer_id bigint primary key,
  project_id bigint not null,
  made_at bigint not null,
  due_at bigint not null,
  attempts bigint not null default 0,
  generation bigint not null default 0,
  owner bigint,
  code text,
  why text,
  failed_at bigint
);

create index judging_cases_due on judging_cases(due_at) where failed_at is null;
create index judging_cases_of_project on judging_cases(project_id);
create index judging_cases_age on judging_cases(made_at);
