-- A batch that gives no items for a while, since what all of them need is down; and why, as JSON.
alter table batches add column held_until integer not null default 0;
alter table batches add column held_why text;
