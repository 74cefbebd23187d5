import { receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#clients/sqlite.ts';
import { runGroup, toFault } from './group.ts';
import type { Call } from './group.ts';
import { migrate } from './migrate.ts';
import type { StartReply, StoreThreadData } from './remote.ts';
import { writeVerbs } from './write-verbs.ts';

/** The writer thread: the only connection of this process that writes. It takes whatever waits as one group. */
export function serveWriter(port: MessagePort, data: StoreThreadData): void {
  const opened = open(port, data);
  if (opened === null) return;
  const db: DatabaseSync = opened;
  const verbs = writeVerbs(db);
  port.on('message', (first: readonly Call[] | 'close') => {
    if (first === 'close') return close();
    const calls = [...first];
    let next = receiveMessageOnPort(port);
    while (next !== undefined && next.message !== 'close') {
      calls.push(...(next.message as readonly Call[]));
      next = receiveMessageOnPort(port);
    }
    port.postMessage(runGroup(db, verbs, calls));
    if (next?.message === 'close') close();
  });
  port.postMessage('ready' satisfies StartReply);

  function close(): void {
    db.exec('pragma optimize');
    db.close();
    port.close();
  }
}

function open(port: MessagePort, data: StoreThreadData): DatabaseSync | null {
  try {
    const db = openSqlite({ ...data, readOnly: false, busyTimeoutMs: 30_000, cacheMiB: 24 });
    migrate(db);
    return db;
  } catch (error) {
    port.postMessage(toFault(error) satisfies StartReply);
    port.close();
    return null;
  }
}
