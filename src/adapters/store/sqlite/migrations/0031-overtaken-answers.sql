-- The corpus version at which retrieval no longer gave the answer its evidence; null: never since it was made.
alter table answers add column overtaken_version integer;
