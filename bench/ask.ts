import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PreheatClient } from '#sdk/index.ts';
import { temporaryFolder } from '../tests/support/server.ts';
import { benchAskCore } from './ask-core.ts';
import { machine, median, print, row } from './figures.ts';
import { load, post } from './load.ts';
import type { Load, LoadResult } from './load.ts';

const RUNS = 5;
const SECONDS = 4;
const KEY = 'a-key-for-the-bench';
const QUESTION = 'How many days of holiday do I get?';
const HANDBOOK = new URL('../examples/handbook/holidays-and-leave.md', import.meta.url);

/**
 * A warm ask over HTTP, one core for the server, with key check, limits and a log line for each request; in turn
 * with a bare Hono + zod-openapi POST that answers the same. Then without HTTP.
 */
export async function benchAsk(): Promise<void> {
  print(`ask: 32 connections, ${SECONDS} s a run, ${RUNS} runs in turn, the server on one core`);
  print(`${machine()}\n`);
  const folder = temporaryFolder();
  const port = await freePort();
  const server = await start(['--max-semi-space-size=4', 'bin/preheat.js', 'serve'], port, {
    PREHEAT_DATA: folder.path,
    PREHEAT_PORT: String(port),
    PREHEAT_ADMIN_KEY: KEY,
    logTo: join(folder.path, 'requests.log'),
  });
  const client = new PreheatClient({ baseUrl: `http://127.0.0.1:${port}`, apiKey: KEY });
  const { id } = await client.documents.upload([
    { name: 'holidays-and-leave.md', content: readFileSync(HANDBOOK, 'utf8') },
  ]);
  await client.batches.wait(id);
  const asked = await client.ask({ question: QUESTION });
  const barePort = await freePort();
  const bare = await start(['bench/bare-server.ts', String(barePort), JSON.stringify(asked)], barePort, {});
  const request = post('/api/v1/ask', JSON.stringify({ question: QUESTION }), {
    Authorization: `Bearer ${KEY}`,
  });
  const bareRequest = post('/ask', JSON.stringify({ question: QUESTION }));
  const ours: Run[] = [];
  const theirs: Run[] = [];
  await load({ port, request, connections: 32, seconds: 2 });
  await load({ port: barePort, request: bareRequest, connections: 32, seconds: 2 });
  for (let run = 0; run < RUNS; run += 1) {
    ours.push(await measured(server, { port, request, connections: 32, seconds: SECONDS }));
    theirs.push(
      await measured(bare, { port: barePort, request: bareRequest, connections: 32, seconds: SECONDS }),
    );
  }
  await stop(server);
  await stop(bare);
  folder.remove();
  report(ours, theirs);
  await benchAskCore();
}

interface Run extends LoadResult {
  /** Processor time that the server spent on one request, on all its threads. */
  readonly cpuUs: number;
}

async function measured(server: ChildProcess, what: Load): Promise<Run> {
  const before = cpuUsOf(server);
  const result = await load(what);
  return { ...result, cpuUs: (cpuUsOf(server) - before) / (result.perSecond * what.seconds) };
}

/** Unlike the rate, this hardly depends on who else uses the machine. Linux only. */
function cpuUsOf({ pid }: ChildProcess): number {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return Number.NaN;
  return readdirSync(threads)
    .map((thread) => Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, ns) => sum + ns / 1_000, 0);
}

function report(ours: readonly Run[], theirs: readonly Run[]): void {
  row(
    'warm ask',
    ours.map((run) => run.perSecond),
    'requests/s',
  );
  row(
    'warm ask, p50',
    ours.map((run) => run.p50Ms),
    'ms',
  );
  row(
    'warm ask, p99',
    ours.map((run) => run.p99Ms),
    'ms',
  );
  row(
    'bare Hono + zod-openapi POST',
    theirs.map((run) => run.perSecond),
    'requests/s',
  );
  row(
    'bare, p99',
    theirs.map((run) => run.p99Ms),
    'ms',
  );
  const ratios = ours.map((run, i) => run.perSecond / (theirs[i] as LoadResult).perSecond);
  row('warm ask, of the bare', ratios, '×');
  print(`  (median of the ratios, pair by pair: ${median(ratios).toFixed(2)})`);
  row(
    'processor time for a warm ask',
    ours.map((run) => run.cpuUs),
    'µs',
  );
  row(
    'bare',
    theirs.map((run) => run.cpuUs),
    'µs',
  );
}

async function start(
  args: readonly string[],
  port: number,
  { logTo, ...environment }: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const out = openSync(logTo ?? '/dev/null', 'w');
  const [command, ...rest] =
    availableParallelism() > 1
      ? ['taskset', '-c', '0', process.execPath, ...args]
      : [process.execPath, ...args];
  const child = spawn(command as string, rest, {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...process.env, ...environment },
    stdio: ['ignore', out, 'inherit'],
  });
  for (let tries = 0; tries < 200; tries += 1) {
    if (
      await fetch(`http://127.0.0.1:${port}/health/live`).then(
        () => true,
        () => false,
      )
    )
      return child;
    await sleep(50);
  }
  throw new Error(`${args[0]} did not start`);
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
