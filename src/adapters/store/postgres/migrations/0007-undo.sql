alter table operations add column undoes bigint;

create unique index operations_undone on operations(undoes) where undoes is not null;

-- Batches that an operation moved and that can be moved back.
create table operation_changes (
  operation_id bigint not null,
  batch_id bigint not null,
  was text not null,
  primary key (operation_id, batch_id)
);
