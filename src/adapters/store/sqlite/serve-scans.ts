import type { DatabaseSync } from 'node:sqlite';
import type { MessagePort } from 'node:worker_threads';
import { openSqlite } from '#clients/sqlite.ts';
import { runRead } from './group.ts';
import type { Call } from './group.ts';
import type { StartReply, StoreThreadData } from './remote.ts';
import { scanVerbs } from './scan-verbs.ts';

/**
 * The scan thread: long reads (searches, recounts, exports) that must not hold up the event loop. It opens the file
 * with the first call, so that it can load while the writer still makes the file; where that fails, with the next.
 */
export function serveScans(port: MessagePort, data: StoreThreadData, dress: Dress = (scans) => scans): void {
  let opened: OpenScans | null = null;
  port.on('message', (calls: readonly Call[] | 'close') => {
    if (calls === 'close') {
      opened?.db.close();
      port.close();
      return;
    }
    // One answer at a time: a short read shall not wait for a long one behind it.
    for (const call of calls) port.postMessage([runRead(() => (opened ??= open(data, dress)).verbs, call)]);
  });
  port.postMessage('ready' satisfies StartReply);
}

/** Puts others in place of some: who asks does not notice. */
export type Dress = (scans: Scans) => Scans;

type Scans = ReturnType<typeof scanVerbs>;

interface OpenScans {
  readonly db: DatabaseSync;
  readonly verbs: Scans;
}

function open(data: StoreThreadData, dress: Dress): OpenScans {
  const db = openSqlite({ ...data, readOnly: true, busyTimeoutMs: 5_000, cacheMiB: 16 });
  try {
    return { db, verbs: dress(scanVerbs(db)) };
  } catch (error) {
    db.close();
    throw error;
  }
}
