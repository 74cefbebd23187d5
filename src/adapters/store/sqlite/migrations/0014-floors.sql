-- What a change of the documents is compared with: the epoch whose statistics ranked the passages, and the score below
-- which nothing changes them (null: anything that scores may). Epoch 0: made before that was noted.
alter table answers add column epoch integer not null default 0;
alter table answers add column floor real;
