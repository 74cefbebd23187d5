import type { Blobs } from '#ports/blobs.ts';
import type { Bus } from '#ports/bus.ts';
import type { Store } from '#ports/store/store.ts';

/** What an installation is kept in, and how processes that share it speak to each other; without its time. */
export interface KeptStore {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly bus: Bus;
  /** The store is a file that one server holds: there can be no other server. */
  readonly isLocal: boolean;
  /** Its searches find words in what is sealed: nobody else has to open rows for them. */
  readonly findsSealed: boolean;
  close(): Promise<void>;
}
