-- What was received and never sealed is looked for by the sweep, not at a start alone.
create index batches_receiving on batches(created_at) where status = 'receiving';
