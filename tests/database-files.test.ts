import { test } from 'node:test';
import { PostgresBlobs } from '#adapters/blobs/postgres/postgres-blobs.ts';
import { openPostgresStore } from '#adapters/store/postgres/open.ts';
import { PostgresPool } from '#clients/postgres.ts';
import { findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { blobsContract } from '#ports/blobs.contract.ts';

const COUNT = `
  select count(distinct upload) as n from (select upload from blobs union all select upload from blob_parts) uploads`;

// Here, since the tables are the store's to make.
if (findPostgres() === null) test('files in PostgreSQL', { skip: 'PostgreSQL is not installed' });
else {
  blobsContract(async (t) => {
    const { url, drop } = await temporaryDatabase();
    const store = await openPostgresStore({ url, connections: 2 });
    await store.close();
    const pool = new PostgresPool({
      url,
      applicationName: 'test',
      connections: 4,
      statementTimeoutMs: 10_000,
    });
    t.after(async () => {
      await pool.close();
      await drop();
    });
    return {
      blobs: await PostgresBlobs.open(pool),
      count: async () => (await pool.first(COUNT))?.['n'] as number,
    };
  });
}
