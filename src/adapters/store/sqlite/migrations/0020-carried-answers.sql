-- The question of an answer as it was embedded, and whether the answer is carried along when documents change.
create table answer_questions (
  answer_id integer primary key,
  project_id integer not null,
  embedder text not null,
  vector blob not null,
  -- 0: stored or confirmed, and not enrolled yet; more: carried since that enrolment; -1: dropped by a change.
  enrolment integer not null default 0,
  -- The last corpus version that it was carried to; null while it is carried, and where it never was.
  until integer
) strict;

create index answer_questions_enrolled on answer_questions(project_id, enrolment);

-- Of the last enrolment; and the corpus version that the carried answers stand at.
alter table projects add column enrolment integer not null default 0;
alter table projects add column carried_version integer not null default 0;
update projects set carried_version = corpus_version;

-- What each change of the documents did to the answers.
create table corpus_changes (
  project_id integer not null,
  corpus_version integer not null,
  document_id integer,
  kind text not null,
  reach text not null,
  answers integer not null,
  touched integer not null,
  at integer not null,
  primary key (project_id, corpus_version)
) strict, without rowid;

create index corpus_changes_of_document on corpus_changes(document_id, corpus_version) where document_id is not null;

create table touched_answers (
  project_id integer not null,
  corpus_version integer not null,
  answer_id integer not null,
  outcome text,
  primary key (project_id, corpus_version, answer_id)
) strict, without rowid;

create index touched_answers_open on touched_answers(answer_id) where outcome is null;
