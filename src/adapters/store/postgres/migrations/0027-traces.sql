-- Where in a trace a batch was made (W3C traceparent): what runs its items goes on from there, in whatever process.
alter table batches add column trace_parent text;
