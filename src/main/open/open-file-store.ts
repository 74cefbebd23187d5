import { join } from 'node:path';
import { FolderBlobs } from '#adapters/blobs/folder/folder-blobs.ts';
import { LONE_BUS } from '#adapters/bus/none/lone-bus.ts';
import { openSqliteStore } from '#adapters/store/sqlite/open.ts';
import type { Bus } from '#ports/bus.ts';
import type { Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { openBlobs } from './open-blobs.ts';
import type { KeptStore } from './kept-store.ts';
import { redisPrefix } from './redis-prefix.ts';

/** A SQLite file in the data folder; with a Redis, other processes on this machine hear through it. */
export async function openFileStore(config: Config, log: Log): Promise<KeptStore> {
  const keys = config.PREHEAT_ENCRYPTION_KEY;
  const isSealed = keys.all.length > 0;
  const store = await openSqliteStore({
    file: join(config.PREHEAT_DATA, 'preheat.db'),
    synchronous: config.PREHEAT_SYNCHRONOUS,
    // What lay open before there was a key would else be found in the space that it left.
    isOverwriting: config.PREHEAT_SECURE_DELETE === 'on' || isSealed,
    threads: {
      writer: new URL('../threads/store-writer.ts', import.meta.url),
      scans: new URL('../threads/store-scans.ts', import.meta.url),
      ...(isSealed ? { scansGiven: keys } : {}),
      onDied: (thread, error) => log('error', 'thread_died', { thread, error }),
    },
  });
  const blobs = await openBlobs(config, () => FolderBlobs.open(join(config.PREHEAT_DATA, 'blobs')));
  const bus = config.REDIS_URL === '' ? LONE_BUS : await openRedisBus(config, store, log);
  return {
    store,
    blobs,
    bus,
    isLocal: true,
    findsSealed: true,
    async close() {
      await bus.close();
      await store.close();
    },
  };
}

async function openRedisBus(config: Config, store: Store, log: Log): Promise<Bus> {
  const { RedisBus } = await import('#adapters/bus/redis/redis-bus.ts');
  const { installation } = await store.describe();
  return new RedisBus({ url: config.REDIS_URL, prefix: redisPrefix(config, installation), log });
}
