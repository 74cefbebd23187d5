import type { Blobs } from '#ports/blobs.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from './config.ts';
import { openSealing } from './open-sealing.ts';
import { StoreClock } from './store-clock.ts';

/** Where everything is kept, and how processes that share it speak to each other. */
export interface OpenStore {
  /** What is kept in it is sealed where there is a key to seal with. */
  readonly store: Store;
  readonly sealer: Sealer;
  readonly blobs: Blobs;
  readonly bus: Bus;
  /** The store's own time. */
  readonly clock: Clock;
  /** The store is a file that one server holds: there can be no other server. */
  readonly isLocal: boolean;
  /** To be called now and then. */
  setClock(): Promise<void>;
  close(): Promise<void>;
}

/** What an installation is kept in, without its time. */
export type KeptStore = Omit<OpenStore, 'clock' | 'setClock' | 'sealer'>;

/** PostgreSQL where `DATABASE_URL` says so, otherwise a SQLite file in the data folder. */
export async function openStore(config: Config, log: Log): Promise<OpenStore> {
  const kept = await openKept(config, log);
  const clock = new StoreClock(kept.store);
  try {
    await clock.set();
    const sealing = await openSealing(kept.store, config, clock.now);
    return { ...kept, ...sealing, clock: clock.now, setClock: () => clock.set() };
  } catch (error) {
    await kept.close();
    throw error;
  }
}

/** Only the code of the one that is used is loaded: that of the other is memory for nothing. */
async function openKept(config: Config, log: Log): Promise<KeptStore> {
  if (config.DATABASE_URL === '') {
    const { openFileStore } = await import('./open-file-store.ts');
    return openFileStore(config, log);
  }
  const { openDatabaseStore } = await import('./open-database-store.ts');
  return openDatabaseStore(config, log);
}
