-- The call that made a batch: what the log, the audit and the models' own logs call it by.
alter table batches add column request_id text;
create index batches_by_request on batches(project_id, request_id, id) where request_id is not null;
