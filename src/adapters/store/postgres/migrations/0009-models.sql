alter table projects add column settings text not null default '{}';
alter table projects add column settings_version bigint not null default 0;

alter table answers add column generator text not null default '';
alter table answers add column cost_micros bigint;
