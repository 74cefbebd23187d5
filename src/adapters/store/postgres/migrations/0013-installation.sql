-- What tells this installation from others that use the same services.
create table installation (id text not null);

insert into installation (id) values (substr(md5(random()::text || clock_timestamp()::text), 1, 12));
