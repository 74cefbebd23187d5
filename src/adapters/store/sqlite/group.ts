import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '#domain/fault.ts';
import type { FaultKind } from '#domain/fault.ts';

/** A verb called from another thread: `verbs[entity][verb](...args)`. */
export interface Call {
  readonly id: number;
  readonly entity: string;
  readonly verb: string;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: FaultReply };

/** A Fault as data: its class does not survive the way from thread to thread. */
export interface FaultReply {
  readonly kind: FaultKind;
  readonly code: string;
  readonly message: string;
}

export type VerbTable = Readonly<Record<string, Readonly<Record<string, (...args: never[]) => unknown>>>>;

/**
 * Runs all waiting calls in one transaction, each in a savepoint of its own: one that fails undoes nothing but
 * itself, and all share one commit. The commit is what costs on SQLite (a sync to disk), so the busier it gets,
 * the less each call pays.
 */
export function runGroup(db: DatabaseSync, verbs: VerbTable, calls: readonly Call[]): Reply[] {
  try {
    db.exec('begin immediate');
    const replies = calls.map((call) => runInSavepoint(db, verbs, call));
    db.exec('commit');
    return replies;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    return calls.map((call) => ({ id: call.id, fault: toFault(error) }));
  }
}

/** Runs a call that only reads, by verbs that may have to be opened first. */
export function runRead(open: () => VerbTable, call: Call): Reply {
  try {
    return { id: call.id, value: invoke(open(), call) };
  } catch (error) {
    return { id: call.id, fault: toFault(error) };
  }
}

function runInSavepoint(db: DatabaseSync, verbs: VerbTable, call: Call): Reply {
  db.exec('savepoint verb');
  try {
    const value = invoke(verbs, call);
    db.exec('release verb');
    return { id: call.id, value };
  } catch (error) {
    // A full disk makes SQLite roll the whole transaction back by itself; then the group failed, not the verb.
    if (!db.isTransaction) throw error;
    db.exec('rollback to verb');
    db.exec('release verb');
    return { id: call.id, fault: toFault(error) };
  }
}

function invoke(verbs: VerbTable, call: Call): unknown {
  const verb = verbs[call.entity]?.[call.verb];
  if (verb === undefined) throw new Fault('internal', 'unknown_verb', `No verb ${call.entity}.${call.verb}`);
  return verb(...(call.args as never[]));
}

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

export function toFault(error: unknown): FaultReply {
  if (error instanceof Fault) return { kind: error.kind, code: error.code, message: error.message };
  const primary = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  const why = error instanceof Error ? error.message : String(error);
  if (primary === SQLITE_FULL || primary === SQLITE_IOERR) {
    return {
      kind: 'unavailable',
      code: primary === SQLITE_FULL ? 'disk_full' : 'disk_failed',
      message: `The data could not be written (${why}). Nothing was recorded: make room on the disk of the data folder, then try again.`,
    };
  }
  if (primary === SQLITE_BUSY) {
    return {
      kind: 'unavailable',
      code: 'store_busy',
      message:
        'Another process holds the database and did not let go in time. Nothing was recorded: try again.',
    };
  }
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) {
    return {
      kind: 'unavailable',
      code: 'store_damaged',
      message: `The database preheat.db is damaged (${why}). Stop the server, keep a copy of the data folder, and restore the latest backup.`,
    };
  }
  return { kind: 'unavailable', code: 'store_failed', message: `The database refused: ${why}` };
}
