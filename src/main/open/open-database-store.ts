import { PostgresBlobs } from '#adapters/blobs/postgres/postgres-blobs.ts';
import { PostgresBus } from '#adapters/bus/postgres/postgres-bus.ts';
import { openPostgresStore } from '#adapters/store/postgres/open.ts';
import { PostgresPool } from '#clients/postgres.ts';
import type { Log } from '#ports/log.ts';
import type { Config } from '../config.ts';
import { openBlobs } from './open-blobs.ts';
import type { KeptStore } from './kept-store.ts';

/** A file of the largest size that is allowed takes a while to go through. */
const BLOB_TIMEOUT_MS = 120_000;
const BLOB_CONNECTIONS = 2;

/** A PostgreSQL database, which several servers and workers share. */
export async function openDatabaseStore(config: Config, log: Log): Promise<KeptStore> {
  const { DATABASE_URL: url, PREHEAT_DATABASE_CONNECTIONS: connections } = config;
  const store = await openPostgresStore({ url, connections });
  const pool = new PostgresPool({
    url,
    connections: BLOB_CONNECTIONS,
    applicationName: 'preheat files',
    statementTimeoutMs: BLOB_TIMEOUT_MS,
  });
  const bus = await PostgresBus.open({ url, log });
  return {
    store,
    blobs: await openBlobs(config, () => PostgresBlobs.open(pool)),
    bus,
    isLocal: false,
    findsSealed: false,
    async close() {
      await bus.close();
      await pool.close();
      await store.close();
    },
  };
}
