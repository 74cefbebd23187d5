import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import type { ServerProcess } from '../tests/support/server.ts';
import { machine, percentile, print, row } from './figures.ts';

const CONNECTED_AT_ONCE = 100;

/**
 * Watchers of batches that change once a second, over server-sent events: whether all are told, how far the last is behind
 * the first, and what a connection costs in memory, beside a bare node:http server that writes as much to as many.
 */
export async function benchSse(args: readonly string[]): Promise<void> {
  if (args[0] === '--bare') return serveBare();
  const { values } = parseArgs({
    args: [...args],
    options: {
      watchers: { type: 'string', default: '10000' },
      batches: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '20' },
    },
  });
  const [watchers, batches, seconds] = [values.watchers, values.batches, values.seconds].map(Number) as [
    number,
    number,
    number,
  ];
  print(`sse: ${watchers} watchers of ${batches} batches that change once a second, for ${seconds} s`);
  print(`${machine()}\n`);
  const bare = await measureBare(watchers, seconds);
  const ours = await measureOurs(watchers, batches, seconds);
  row('memory of a connection', [ours], 'KiB');
  row('memory of a connection, bare node:http', [bare], 'KiB');
  row('of the bare one', [ours / bare], '×');
}

async function measureBare(watchers: number, seconds: number): Promise<number> {
  const child = fork(new URL('./run.ts', import.meta.url), ['sse', '--bare'], { stdio: 'inherit' });
  const [url] = (await once(child, 'message')) as [string];
  const before = memoryOf(child);
  const watching = new Watching();
  await watching.open(watchers, () => url);
  await sleep(seconds * 1_000);
  const perConnection = (memoryOf(child) - before) / watchers;
  watching.close();
  child.kill();
  return perConnection;
}

async function measureOurs(watchers: number, batches: number, seconds: number): Promise<number> {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, {
    PREHEAT_LOG_LEVEL: 'error',
    PREHEAT_CONCURRENCY: '50',
    // All of them come from one address, without a key.
    PREHEAT_MAX_STREAMS: String(watchers + 1),
  });
  try {
    const ids: string[] = [];
    for (let n = 0; n < batches; n += 1) {
      const items = Array.from({ length: 600 }, (_, i) => `What is said of ${i} in ${n}?`);
      ids.push((await server.client.batches.submit({ workload: 'answers', items, paceMs: 1_000 })).id);
    }
    await sleep(3_000);
    const before = memoryOf(server.process);
    const watching = new Watching();
    const openedMs = await watching.open(
      watchers,
      (n) => `${server.url}/api/v1/batches/${ids[n % batches]}/events`,
    );
    row('all connected after', [openedMs / 1_000], 's');
    watching.begin();
    const cpu = cpuOf(server.process);
    await sleep(seconds * 1_000);
    watching.pause();
    row('processor time of the server', [(100 * (cpuOf(server.process) - cpu)) / seconds], '% of a core');
    const perConnection = (memoryOf(server.process) - before) / watchers;
    await reportTold(
      server,
      watching,
      ids.map((id) => ({ id, watchers: Math.ceil(watchers / batches) })),
    );
    for (const id of ids) await server.client.batches.cancel(id);
    const ended = await watching.ended(watchers, 60_000);
    row('watchers that were told the end', [ended], `of ${watchers}`);
    watching.close();
    return perConnection;
  } finally {
    await server.stop('SIGKILL');
    folder.remove();
  }
}

/** Whether all heard of each change that any heard of, and how long after the item of that change had ended. */
async function reportTold(
  { client }: ServerProcess,
  watching: Watching,
  batches: readonly { readonly id: string; readonly watchers: number }[],
): Promise<void> {
  const lags: number[] = [];
  let changes = 0;
  let untold = 0;
  for (const { id, watchers } of batches) {
    const { items } = await client.batches.items(id, { status: 'completed', limit: 1_000 });
    const ends = items.map(({ endedAt }) => Date.parse(endedAt ?? '')).toSorted((a, b) => a - b);
    const heard = watching.heardOf(id);
    // The last one may have been on its way when the counting ended, the first when it began.
    const counted = [...heard.keys()].toSorted((a, b) => a - b).slice(1, -1);
    for (const processed of counted) {
      const times = heard.get(processed) ?? [];
      changes += 1;
      untold += watchers - times.length;
      lags.push(...times.map((at) => at - (ends[processed - 1] ?? Number.NaN)));
    }
  }
  row('changes counted', [changes], '');
  row('watchers that missed one', [untold], '');
  row('told after the item had ended, p50', [percentile(lags, 0.5)], 'ms');
  row('told after the item had ended, p99', [percentile(lags, 0.99)], 'ms');
}

/** Many connections, and when each heard of what. */
class Watching {
  readonly #agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  /** By batch, and by how many of its items had been processed: when each of its watchers heard of it. */
  readonly #heard = new Map<string, Map<number, number[]>>();
  #ended = 0;
  #isCounting = false;

  async open(count: number, urlOf: (n: number) => string): Promise<number> {
    const from = performance.now();
    for (let n = 0; n < count; n += CONNECTED_AT_ONCE) {
      await Promise.all(
        Array.from({ length: Math.min(CONNECTED_AT_ONCE, count - n) }, (_, i) => this.#watch(urlOf(n + i))),
      );
    }
    return performance.now() - from;
  }

  begin(): void {
    this.#isCounting = true;
  }

  pause(): void {
    this.#isCounting = false;
  }

  heardOf(batchId: string): ReadonlyMap<number, readonly number[]> {
    return this.#heard.get(batchId) ?? new Map<number, number[]>();
  }

  async ended(count: number, mostMs: number): Promise<number> {
    for (let waited = 0; this.#ended < count && waited < mostMs; waited += 100) await sleep(100);
    return this.#ended;
  }

  close(): void {
    this.#agent.destroy();
  }

  #watch(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const watcher = { processed: -1 };
      const request = get(
        url,
        { agent: this.#agent, headers: { accept: 'text/event-stream' } },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
          response.setEncoding('utf8');
          response.on('data', (text: string) => this.#hear(watcher, text));
          response.on('error', () => undefined);
          resolve();
        },
      );
      request.on('error', reject);
    });
  }

  /** More may have changed than a count: what runs, and its stage. That is told too, and not counted here. */
  #hear(watcher: { processed: number }, text: string): void {
    if (/^event: (?:cancelled|complete)$/m.test(text)) this.#ended += 1;
    const found = /"id":"(bat_\w+)".*?"processed":(\d+)/.exec(text);
    if (found === null) return;
    const [, batchId = '', count = ''] = found;
    const processed = Number(count);
    if (processed <= watcher.processed) return;
    watcher.processed = processed;
    if (!this.#isCounting) return;
    const heard = this.#heard.get(batchId) ?? new Map<number, number[]>();
    this.#heard.set(batchId, heard);
    const times = heard.get(processed) ?? [];
    heard.set(processed, times);
    times.push(Date.now());
  }
}

/** What there is to compare with: each connection is written a frame of the usual size once a second. */
async function serveBare(): Promise<void> {
  const frame = Buffer.from(`id: 1\nevent: progress\ndata: ${'x'.repeat(400)}\n\n`);
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(frame);
    const timer = setInterval(() => response.write(frame), 1_000);
    response.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

/** Resident memory, in KiB. */
function memoryOf({ pid }: ChildProcess): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Processor time so far, in seconds. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
