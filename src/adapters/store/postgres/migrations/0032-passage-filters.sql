-- What the question keeps to, as JSON: part of its key. Empty: all documents.
alter table answers add column filter text not null default '';
alter table misses add column filter text not null default '';
