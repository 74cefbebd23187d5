import { spawn, spawnSync } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { dedicatedClient } from './postgres.ts';

/** For tests: a PostgreSQL of their own, on a free port and in a temporary folder. Never the machine's. */
export interface TemporaryPostgres {
  readonly url: string;
  readonly folder: string;
  /** Ends it, as a crash (`SIGQUIT`) or in good order, and forgets nothing: `start` goes on with the same data. */
  stop(signal?: 'SIGQUIT' | 'SIGINT'): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Nothing of it outlives the test, so nothing waits for the disk. */
const TEST_SETTINGS = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '300',
  shared_buffers: '64MB',
  autovacuum_naptime: '5s',
} as const;

export type ServerSettings = Readonly<Record<string, string>>;

const START_TIMEOUT_MS = 60_000;

/** The folder of PostgreSQL's programs; null where it is not installed. */
export function findPostgres(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** A server of its own, for tests that stop and start it, and for measuring. */
export async function startPostgres(settings: ServerSettings = TEST_SETTINGS): Promise<TemporaryPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-postgres-'));
  chmodSync(folder, 0o755);
  const data = initialise(folder);
  const port = await freePort();
  let isUp = await launch({ folder, data, port, settings });
  return {
    url: urlOf(port, 'postgres'),
    folder,
    async stop(signal = 'SIGINT') {
      await end(data, signal);
      isUp = false;
    },
    async start() {
      isUp = await launch({ folder, data, port, settings });
    },
    async remove() {
      if (isUp) await end(data, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * An empty database on the server that all test files of a run share: whoever comes first starts it, and the test
 * runner, which names the run's folder, ends it. Without a runner the server ends with this process.
 */
export async function temporaryDatabase(): Promise<{
  readonly url: string;
  readonly drop: () => Promise<void>;
}> {
  const server = await sharedServer();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name}`);
  return {
    url: server.replace(/\/postgres$/, `/${name}`),
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  };
}

export async function administer(url: string, statement: string): Promise<void> {
  const client = dedicatedClient({ url, applicationName: 'preheat tests' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

let shared: Promise<string> | null = null;

function sharedServer(): Promise<string> {
  shared ??= startShared();
  return shared;
}

async function startShared(): Promise<string> {
  const run = process.env['PREHEAT_TEST_RUN'];
  if (run === undefined) {
    const server = await startPostgres();
    process.on('exit', () => rmSync(server.folder, { recursive: true, force: true, maxRetries: 5 }));
    return server.url;
  }
  const folder = join(run, 'postgres');
  const ready = join(folder, 'url');
  try {
    mkdirSync(folder);
  } catch {
    return waitForFile(ready);
  }
  chmodSync(run, 0o755);
  const data = initialise(folder);
  const port = await freePort();
  await launch({ folder, data, port, settings: TEST_SETTINGS, isShared: true });
  const url = urlOf(port, 'postgres');
  // Whole or not there: others read it as soon as it is.
  writeFileSync(`${ready}.new`, url);
  renameSync(`${ready}.new`, ready);
  return url;
}

async function waitForFile(path: string): Promise<string> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(path)) {
    if (Date.now() > until)
      throw new Error(`No PostgreSQL after ${START_TIMEOUT_MS} ms: ${path} did not appear.`);
    await sleep(20);
  }
  return readFileSync(path, 'utf8');
}

function urlOf(port: number, database: string): string {
  return `postgres://preheat@127.0.0.1:${port}/${database}`;
}

function initialise(folder: string): string {
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const { uid, gid } = unprivileged();
  if (uid !== undefined) for (const path of [folder, data]) chownSync(path, uid, gid as number);
  const args = [
    '-D',
    data,
    '-U',
    'preheat',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '-N',
  ];
  const made = spawnSync(join(programs(), 'initdb'), args, {
    ...unprivileged(),
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || String(made.error)}`);
  return data;
}

interface Launch {
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly settings: ServerSettings;
  readonly isShared?: boolean;
}

/**
 * Ends the server when this process goes, however it goes: then the shell's input ends. A server that others share is
 * left to the runner.
 */
const WATCHED = '"$@" & read -r _; kill -QUIT $! 2>/dev/null';
const LEFT = 'exec "$@"';

async function launch({ folder, data, port, settings, isShared = false }: Launch): Promise<boolean> {
  const log = openSync(join(folder, 'log'), 'a');
  const given = Object.entries({ ...settings, port: String(port), unix_socket_directories: folder });
  const command = [join(programs(), 'postgres'), '-D', data];
  const child = spawn(
    'sh',
    [
      '-c',
      isShared ? LEFT : WATCHED,
      'sh',
      ...command,
      ...given.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...unprivileged(), cwd: folder, detached: true, stdio: [isShared ? 'ignore' : 'pipe', log, log] },
  );
  closeSync(log);
  child.unref();
  (child.stdin as Socket | null)?.unref();
  const until = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(
        `PostgreSQL did not start:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2_000)}`,
      );
    await sleep(20);
  }
  return true;
}

async function answers(port: number): Promise<boolean> {
  try {
    await administer(urlOf(port, 'postgres'), 'select 1');
    return true;
  } catch {
    return false;
  }
}

/** It is gone when it has taken its file away; the process itself may wait for the shell to take note. */
async function end(data: string, signal: NodeJS.Signals): Promise<void> {
  process.kill(readPid(data), signal);
  while (existsSync(join(data, 'postmaster.pid'))) await sleep(10);
}

function readPid(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function programs(): string {
  const found = findPostgres();
  if (found === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return found;
}

/** PostgreSQL refuses to run as root; Debian makes a user for it. */
function unprivileged(): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const user = ['postgres:', 'nobody:']
    .map((name) => users.find((line) => line.startsWith(name)))
    .find(Boolean);
  const [, , uid, gid] = (user ?? '').split(':').map(Number);
  return { uid: uid as number, gid: gid as number };
}
