-- What tells this installation from others that use the same services.
create table installation (id text not null);
insert into installation (id) values (lower(hex(randomblob(6))));
