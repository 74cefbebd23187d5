-- Of calls and tokens, as JSON; null: as the project or the server has it.
alter table api_keys add column limits text;
