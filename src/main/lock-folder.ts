import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '#domain/fault.ts';

const SQLITE_BUSY = 5;

/** A connection that nothing refers to is closed by the garbage collector, and its lock with it. */
const HELD = new Set<DatabaseSync>();

/**
 * Holds the data folder for one server. The lock is the operating system's, through an exclusive transaction on a
 * file beside the data: it is gone the moment the process is, however it died.
 *
 * @throws Fault `folder_in_use`, `folder_unusable`
 */
export function lockFolder(folder: string): { release(): void } {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new DatabaseSync(join(folder, 'server.lock'), { timeout: 0 });
    db.exec('pragma journal_mode = memory; begin exclusive');
  } catch (cause) {
    db?.close();
    throw refusal(folder, cause);
  }
  return hold(db);
}

function hold(db: DatabaseSync): { release(): void } {
  HELD.add(db);
  return {
    release() {
      HELD.delete(db);
      db.close();
    },
  };
}

function refusal(folder: string, cause: unknown): Fault {
  if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
    const message = `Another Preheat server uses the data folder ${folder}: stop it, or give this one another PREHEAT_DATA.`;
    return new Fault('conflict', 'folder_in_use', message, { cause });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `The data folder ${folder} cannot be used: ${why}. Let this user write there, or set PREHEAT_DATA to another folder.`;
  return new Fault('unavailable', 'folder_unusable', message, { cause });
}
