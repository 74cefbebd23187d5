-- Ended batches go by their age where a setting says so.
create index batches_ended on batches(ended_at) where status in ('completed', 'cancelled');
