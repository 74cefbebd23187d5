import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#clients/sqlite.ts';
import type { Config } from '../config.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: string | null;
}

export interface Installation {
  readonly checks: readonly Check[];
  /** A process holds the data folder. */
  readonly isServed: boolean;
}

const LEAST_NODE = [24, 15] as const;
const LEAST_FREE_BYTES = 1024 ** 3;
const MOST_FINDINGS = 5;

/** Looks at what a server needs on this machine. Changes nothing, and may run beside a server. */
export function checkInstallation({ PREHEAT_DATA }: Pick<Config, 'PREHEAT_DATA'>): Installation {
  const folder = resolve(PREHEAT_DATA);
  const isServed = existsSync(folder) && isLocked(join(folder, 'server.lock'));
  const ofFolder = existsSync(folder)
    ? [checkFolder(folder), checkSpace(folder), checkStore(folder)]
    : [checkParent(folder)];
  return { checks: [checkNode(process.versions.node), ...ofFolder, checkLock(isServed)], isServed };
}

/** @param version as `process.versions.node` has it */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const name = 'Node';
  if (isEnough) return ok(name, `${version}, SQLite ${sqliteVersion()}`);
  return { name, state: 'fail', detail: version, remedy: `Install Node ${LEAST_NODE.join('.')} or newer.` };
}

function checkFolder(folder: string): Check {
  const name = 'Data folder';
  if (isWritable(folder)) return ok(name, folder);
  return {
    name,
    state: 'fail',
    detail: `${folder} cannot be written`,
    remedy: `Give this user write access, or set PREHEAT_DATA.`,
  };
}

/** A folder that is not there is made by the first start, where that can be done. */
function checkParent(folder: string): Check {
  const name = 'Data folder';
  let parent = dirname(folder);
  while (!existsSync(parent)) parent = dirname(parent);
  if (isWritable(parent)) return ok(name, `${folder} is not there yet: the first start makes it`);
  const detail = `${folder} is not there, and ${parent} cannot be written`;
  return { name, state: 'fail', detail, remedy: 'Give this user write access, or set PREHEAT_DATA.' };
}

function checkSpace(folder: string): Check {
  const name = 'Free space';
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = gib(free);
  if (free >= LEAST_FREE_BYTES) return ok(name, detail);
  return { name, state: 'warn', detail, remedy: 'Make room: with a full disk nothing new can be accepted.' };
}

/** `quick_check` reads the whole file: structure and order, not whether indexes agree with their tables. */
function checkStore(folder: string): Check {
  const name = 'Store';
  const file = join(folder, 'preheat.db');
  if (!existsSync(file)) return ok(name, 'empty: nothing has been stored yet');
  try {
    const findings = quickCheck(file);
    if (findings.length === 0) return ok(name, `${file}, ${gib(statSync(file).size)}, intact`);
    return { name, state: 'fail', detail: findings.join('; '), remedy: RESTORE };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, state: 'fail', detail: `${file} cannot be read: ${detail}`, remedy: RESTORE };
  }
}

const RESTORE = 'Stop the server, keep a copy of the data folder, and restore the latest backup.';

function quickCheck(file: string): string[] {
  const db = openSqlite({ file, readOnly: true, busyTimeoutMs: 5_000, synchronous: 'FULL', cacheMiB: 16 });
  try {
    const rows = db.prepare(`pragma quick_check(${MOST_FINDINGS})`).all() as { quick_check: string }[];
    return rows.map((row) => row.quick_check).filter((finding) => finding !== 'ok');
  } finally {
    db.close();
  }
}

function checkLock(isServed: boolean): Check {
  return ok('Lock', isServed ? 'a server holds the data folder' : 'free: no server uses the data folder');
}

/** Held means held by a living process; a lock that is free is given back at once. */
function isLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('begin exclusive; rollback');
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function sqliteVersion(): string {
  return process.versions['sqlite'] ?? 'missing';
}

function gib(bytes: number): string {
  return bytes < 1024 ** 3 ? `${Math.ceil(bytes / 1024 ** 2)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, remedy: null };
}
