-- What a project chose for itself: models and prompts. The version guards a change against another that came first.
alter table projects add column settings text not null default '{}';
alter table projects add column settings_version integer not null default 0;

-- Who made an answer, and what that cost, in millionths of the currency that the price is set in.
alter table answers add column generator text not null default '';
alter table answers add column cost_micros integer;
