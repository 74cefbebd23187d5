import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '#clients/temporary-postgres.ts';
import { startRedis } from '#clients/temporary-redis.ts';
import { DONE, openTestQueue, questions } from '../tests/support/queue.ts';
import { machine, median, print, row, timed } from './figures.ts';
import { onDatabase, SERVER } from './queue-postgres.ts';

const WAIT_MS = 20;

/** What it is to work: this many items that take so long each. */
interface Work {
  readonly items: number;
  readonly waitMs: number;
  readonly concurrency: string;
  readonly redisUrl: string | null;
}

/**
 * Several worker processes beside one, on one PostgreSQL: with items that wait (as for a model) and with such that do
 * nothing. From the start of the workers, who are up and connected, to the end of the batch.
 */
export async function benchWorkers(args: readonly string[]): Promise<void> {
  if (args[0] === '--child') return workFor(args[1] as string, JSON.parse(args[2] as string) as Work);
  const { values } = parseArgs({
    args: [...args],
    options: {
      items: { type: 'string', default: '100000' },
      waiting: { type: 'string', default: '20000' },
      workers: { type: 'string', default: '4' },
      concurrency: { type: 'string', default: '25' },
      engine: { type: 'string', default: 'embedded' },
      runs: { type: 'string', default: '3' },
    },
  });
  const workers = Number(values.workers);
  const [server, redis] = await Promise.all([
    startPostgres(SERVER),
    values.engine === 'bullmq' ? startRedis({ appendonly: 'yes', appendfsync: 'everysec' }) : null,
  ]);
  print(
    `workers: ${workers} processes and one, engine ${values.engine}, concurrency ${values.concurrency} each`,
  );
  print(`${machine()}\n`);
  const { concurrency } = values;
  const redisUrl = redis?.url ?? null;
  try {
    for (const [name, work] of [
      [`wait ${WAIT_MS} ms`, { items: Number(values.waiting), waitMs: WAIT_MS, concurrency, redisUrl }],
      ['do nothing', { items: Number(values.items), waitMs: 0, concurrency, redisUrl }],
    ] as const) {
      const [alone, together]: [number[], number[]] = [[], []];
      for (let run = 0; run < Number(values.runs); run += 1) {
        alone.push(await onDatabase(server, (url) => measure(url, 1, work)));
        together.push(await onDatabase(server, (url) => measure(url, workers, work)));
      }
      row(`items that ${name}, one process`, alone, 'items/s');
      row(`items that ${name}, ${workers} processes`, together, 'items/s');
      row('… of one process', [median(together.map((rate, i) => rate / (alone[i] as number)))], '×');
    }
  } finally {
    await redis?.remove();
    await server.remove();
  }
}

async function measure(database: string, workers: number, work: Work): Promise<number> {
  const queue = await openTestQueue({
    run: async () => DONE,
    environment: environmentOf({ ...work, concurrency: '0' }),
    database,
    isStopped: true,
  });
  const children = await Promise.all(Array.from({ length: workers }, () => startChild(database, work)));
  const { batch } = await queue.submit(questions(work.items, 'How many days of leave has person'));
  const tookMs = await timed(async () => {
    for (const child of children) child.send('start');
    while ((await queue.store.batches.find(queue.project.id, batch.id))?.endedAt === null) await sleep(5);
  });
  for (const child of children) child.send('stop');
  await Promise.all(children.map((child) => once(child, 'exit')));
  await queue.close();
  return (work.items / tookMs) * 1_000;
}

async function startChild(database: string, work: Work): Promise<ChildProcess> {
  const child = fork(new URL('./run.ts', import.meta.url), [
    'workers',
    '--child',
    database,
    JSON.stringify(work),
  ]);
  await once(child, 'message');
  return child;
}

async function workFor(database: string, work: Work): Promise<void> {
  const queue = await openTestQueue({
    run: async () => {
      if (work.waitMs > 0) await sleep(work.waitMs);
      return DONE;
    },
    environment: environmentOf(work),
    database,
    role: 'worker',
    isStopped: true,
  });
  process.on('message', (word) => {
    if (word === 'start') void queue.start();
    else void queue.close().then(() => process.exit());
  });
  process.send?.('ready');
}

function environmentOf({ concurrency, redisUrl }: Work): Record<string, string> {
  return { PREHEAT_CONCURRENCY: concurrency, ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }) };
}
