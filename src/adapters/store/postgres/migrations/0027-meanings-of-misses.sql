-- Which misses mean the same: the first question of their group, by the vectors of this embedder. null: not looked at.
alter table misses add column group_id bigint;
alter table misses add column embedder text;
alter table misses add column vector bytea;

create index misses_ungrouped on misses(project_id) where group_id is null;
