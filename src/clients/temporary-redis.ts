import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** For tests: a Redis of their own, on a free port and in a temporary folder. Never the machine's. */
export interface TemporaryRedis {
  readonly url: string;
  /** Ends it; what it held on disk is there when it starts again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Starts with nothing on its disk, as a machine that was replaced. */
  startEmpty(): Promise<void>;
  /** Holds it up without ending it: connections stay open, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** One command, over a connection of its own. */
  command(name: string, ...args: string[]): Promise<unknown>;
  remove(): Promise<void>;
}

export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** @param settings as on the command line of `redis-server`, such as `{ appendonly: 'yes' }` */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<TemporaryRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const end = (): void => void child?.kill('SIGKILL');
  process.once('exit', end);

  const start = async (): Promise<void> => {
    const given = Object.entries({ ...TEST_SETTINGS, ...settings }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]);
    child = spawn('redis-server', ['--port', String(port), '--dir', folder, ...given], { stdio: 'ignore' });
    await answers(url);
  };
  const stop = async (): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null) return;
    const exited = new Promise((resolve) => {
      ending.once('exit', resolve);
    });
    ending.kill('SIGCONT');
    ending.kill('SIGTERM');
    await exited;
  };
  await start();
  return {
    url,
    stop,
    start,
    async startEmpty() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      await import('node:fs/promises').then(({ mkdir }) => mkdir(folder, { recursive: true }));
      await start();
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    command: (name, ...args) => once(url, (redis) => redis.call(name, ...args)),
    async remove() {
      process.off('exit', end);
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const START_TIMEOUT_MS = 60_000;
const TEST_SETTINGS = { bind: '127.0.0.1', save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction' };

async function answers(url: string): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await once(url, (redis) => redis.ping());
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
}

async function once<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
