-- The question of an answer as it was embedded, and whether the answer is carried along when documents change.
create table answer_questions (
  answer_id bigint primary key,
  project_id bigint not null,
  embedder text not null,
  vector bytea not null,
  -- 0: stored or confirmed, and not enrolled yet; more: carried since that enrolment; -1: dropped by a change.
  enrolment bigint not null default 0,
  -- The last corpus version that it was carried to; null while it is carried, and where it never was.
  until bigint
);

create index answer_questions_enrolled on answer_questions(project_id, enrolment);

-- Of the last enrolment; and the corpus version that the carried answers stand at.
alter table projects add column enrolment bigint not null default 0;
alter table projects add column carried_version bigint not null default 0;
update projects set carried_version = corpus_version;

-- What each change of the documents did to the answers.
create table corpus_changes (
  project_id bigint not null,
  corpus_version bigint not null,
  document_id bigint,
  kind text not null,
  reach text not null,
  answers bigint not null,
  touched bigint not null,
  at bigint not null,
  primary key (project_id, corpus_version)
);

create index corpus_changes_of_document on corpus_changes(document_id, corpus_version) where document_id is not null;

create table touched_answers (
  project_id bigint not null,
  corpus_version bigint not null,
  answer_id bigint not null,
  outcome text,
  primary key (project_id, corpus_version, answer_id)
);

create index touched_answers_open on touched_answers(answer_id) where outcome is null;
