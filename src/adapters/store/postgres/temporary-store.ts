import { administer, temporaryDatabase } from '#clients/temporary-postgres.ts';
import type { Store } from '#ports/store/store.ts';
import { openPostgresStore } from './open.ts';

export interface TemporaryStore {
  readonly store: Store;
  readonly url: string;
  /** Deletes all rows, behind the store's back: the next test finds it as new. */
  readonly empty: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const DELETE_ALL = `
  do $$ declare each text; begin
    set local session_replication_role = replica;
    for each in select tablename from pg_tables where schemaname = 'public' and tablename not in ('preheat_schema', 'installation') loop
      execute 'delete from ' || quote_ident(each);
    end loop;
  end $$`;

/** For tests: the real store on a database that goes with it. */
export async function openTemporaryStore(): Promise<TemporaryStore> {
  const { url, drop } = await temporaryDatabase();
  const store = await openPostgresStore({ url, connections: 10 });
  return {
    store,
    url,
    empty: () => administer(url, DELETE_ALL),
    async close() {
      await store.close();
      await drop();
    },
  };
}
