import { Queue, Worker } from 'bullmq';
import { startPostgres } from '#clients/temporary-postgres.ts';
import { startRedis } from '#clients/temporary-redis.ts';
import { closeRedis, openRedis, whenReady } from '#clients/redis.ts';
import { machine, median, print, row, timed } from './figures.ts';
import { onDatabase, SERVER } from './queue-postgres.ts';
import { measureLatency, measureLife } from './queue-life.ts';
import type { Life } from './queue-life.ts';

/** As a queue is to be kept: what was accepted is on the disk within a second. */
const REDIS = { appendonly: 'yes', appendfsync: 'everysec' };

/**
 * The queue on PostgreSQL with BullMQ on Redis between, beside BullMQ by itself on the same Redis, in turn. Ours writes
 * PostgreSQL three times more: submit, claim and settle.
 */
export async function benchQueueOnBullMq(settings: {
  readonly items: number;
  readonly concurrency: string;
  readonly runs: number;
}): Promise<void> {
  const { items, concurrency, runs } = settings;
  print(
    `queue on PostgreSQL through BullMQ: ${items.toLocaleString('en')} items, concurrency ${concurrency}`,
  );
  print(`${machine()}\n`);
  const [server, redis] = [await startPostgres(SERVER), await startRedis(REDIS)];
  const environment = { PREHEAT_CONCURRENCY: concurrency, REDIS_URL: redis.url };
  const lives = { preheat: [] as Life[], bullmq: [] as Life[] };
  try {
    for (let run = 0; run < runs; run += 1) {
      lives.preheat.push(
        await onDatabase(server, (database) => measureLife(items, { environment, database })),
      );
      lives.bullmq.push(await measureBullMq(redis.url, items, Number(concurrency)));
    }
    for (const part of ['submit', 'process', 'whole'] as const) {
      for (const [name, of] of Object.entries(lives))
        row(
          `${part}, ${name}`,
          of.map((life) => life[part]),
          'items/s',
        );
      const ratios = lives.preheat.map((life, i) => life[part] / (lives.bullmq[i] as Life)[part]);
      row(`${part}, preheat of bullmq`, [median(ratios)], '×');
    }
    await onDatabase(server, (database) => measureLatency({ environment, database }));
  } finally {
    await redis.remove();
    await server.remove();
  }
}

const CHUNK = 500;

/** As its documents advise: bulk adds, one worker with so many at once, finished jobs removed. */
async function measureBullMq(url: string, items: number, concurrency: number): Promise<Life> {
  const open = () => openRedis({ url, name: 'bench', commandTimeoutMs: 60_000, isPatient: true });
  const [adding, taking] = [open(), open()];
  await Promise.all([whenReady(adding, 5_000), whenReady(taking, 5_000)]);
  const name = `raw${Date.now()}`;
  const queue = new Queue(name, { connection: adding });
  const opts = { removeOnComplete: true, removeOnFail: true };
  const submitMs = await timed(async () => {
    for (let n = 0; n < items; n += CHUNK)
      await queue.addBulk(
        Array.from({ length: Math.min(CHUNK, items - n) }, (_, i) => ({
          name: 'item',
          data: { question: `How many days of leave has person ${n + i}` },
          opts,
        })),
      );
  });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let left = items;
  const processMs = await timed(async () => {
    const worker = new Worker(name, async () => undefined, { connection: taking, concurrency });
    worker.on('completed', () => {
      left -= 1;
      if (left === 0) resolve();
    });
    await done;
    await worker.close();
  });
  await queue.close();
  for (const redis of [adding, taking]) closeRedis(redis);
  const perSecond = (ms: number): number => (items / ms) * 1_000;
  return {
    submit: perSecond(submitMs),
    process: perSecond(processMs),
    whole: perSecond(submitMs + processMs),
  };
}
