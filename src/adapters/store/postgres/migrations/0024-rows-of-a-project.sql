-- A project that is removed finds what is its own without a walk over what others have.
create index batches_by_workload on batches(project_id, workload);
create index document_versions_by_project on document_versions(project_id);
create index deliveries_by_project on deliveries(project_id);
create index operations_by_project on operations(project_id);
