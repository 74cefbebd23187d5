import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Config } from '../config.ts';
import type { KeptStore } from './kept-store.ts';
import { openSealing } from './open-sealing.ts';
import { StoreClock } from '../store-clock.ts';

/** Where everything is kept; its words are sealed where there is a key to seal them with. */
export interface OpenStore extends KeptStore {
  readonly sealer: Sealer;
  /** The store's own time. */
  readonly clock: Clock;
  /** To be called now and then. */
  setClock(): Promise<void>;
}

/** PostgreSQL where `DATABASE_URL` says so, otherwise a SQLite file in the data folder. */
export async function openStore(config: Config, log: Log): Promise<OpenStore> {
  const kept = await openKept(config, log);
  const clock = new StoreClock(kept.store);
  try {
    await clock.set();
    const sealing = await openSealing(kept, config, clock.now);
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
