import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { timed } from './figures.ts';
import type { Life } from './queue-life.ts';

const CHUNK = 1_000;

function payloadOf(n: number): { question: string } {
  return { question: `How many days of leave has person ${n}` };
}

function lifeOf(items: number, submitMs: number, processMs: number): Life {
  const perSecond = (ms: number): number => (items / ms) * 1_000;
  return {
    submit: perSecond(submitMs),
    process: perSecond(processMs),
    whole: perSecond(submitMs + processMs),
  };
}

/** As its own documents advise for throughput: a local queue of 500, finished jobs recorded in groups. */
export async function measureGraphile(url: string, items: number, concurrency: number): Promise<Life> {
  const pgPool = new Pool({ connectionString: url, max: 10 });
  pgPool.on('error', () => undefined);
  const utils = await makeWorkerUtils({ pgPool });
  await utils.migrate();
  const submitMs = await timed(async () => {
    for (let n = 0; n < items; n += CHUNK) {
      const length = Math.min(CHUNK, items - n);
      await utils.addJobs(
        Array.from({ length }, (_, i) => ({ identifier: 'noop', payload: payloadOf(n + i) })),
      );
    }
  });
  let left = items;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const processMs = await timed(async () => {
    const runner = await run({
      taskList: {
        noop: async () => {
          left -= 1;
          if (left === 0) resolve();
        },
      },
      pgPool,
      noHandleSignals: true,
      logger: new Logger(() => () => undefined),
      preset: {
        worker: {
          concurrentJobs: concurrency,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
        },
      },
    });
    await done;
    // Until the last is recorded: a stop waits for that.
    await runner.stop();
  });
  await utils.release();
  await pgPool.end();
  return lifeOf(items, submitMs, processMs);
}

/** Handlers get arrays of 100, fetched one after the other while they are full. */
export async function measurePgBoss(url: string, items: number, concurrency: number): Promise<Life> {
  const boss = new PgBoss({ connectionString: url, max: 10, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue('noop');
  const submitMs = await timed(async () => {
    for (let n = 0; n < items; n += CHUNK) {
      const length = Math.min(CHUNK, items - n);
      await boss.insert(
        'noop',
        Array.from({ length }, (_, i) => ({ data: payloadOf(n + i) })),
      );
    }
  });
  let left = items;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const processMs = await timed(async () => {
    await boss.work(
      'noop',
      {
        batchSize: 100,
        localConcurrency: concurrency,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
      },
      async (jobs) => {
        left -= jobs.length;
        if (left === 0) resolve();
      },
    );
    await done;
    await boss.stop({ graceful: true });
  });
  return lifeOf(items, submitMs, processMs);
}
