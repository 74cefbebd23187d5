-- Which misses mean the same: the first question of their group, by the vectors of this embedder. null: not looked at.
alter table misses add column group_id integer;
alter table misses add column embedder text;
alter table misses add column vector blob;

create index misses_ungrouped on misses(project_id) where group_id is null;
