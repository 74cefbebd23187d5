import { parseArgs } from 'node:util';
import { DONE, openTestQueue, questions } from '../tests/support/queue.ts';
import type { TestQueueSettings } from '../tests/support/queue.ts';
import { machine, median, percentile, print, row, timed } from './figures.ts';
import { measureFloor } from './queue-floor.ts';
import { measureUpload } from './queue-upload.ts';

/**
 * The queue itself, with a workload that does nothing: submit/s, process/s (waiting → settled), whole life/s (submit
 * included), through the real submit, engine, workers and settle on a SQLite file; beside them the floor: the
 * same rows and indexes, prepared statements and groups of 100, with nothing around them.
 */
export async function benchQueue(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      items: { type: 'string', default: '200000' },
      concurrency: { type: 'string', default: '50' },
      synchronous: { type: 'string', default: 'FULL' },
      runs: { type: 'string', default: '3' },
      store: { type: 'string', default: 'sqlite' },
      engine: { type: 'string', default: 'embedded' },
      sealed: { type: 'boolean', default: false },
    },
  });
  const items = Number(values.items);
  if (values.sealed) {
    const { benchQueueSealed } = await import('./queue-sealed.ts');
    return benchQueueSealed({ items, concurrency: values.concurrency, runs: Number(values.runs) });
  }
  if (values.engine === 'bullmq') {
    const { benchQueueOnBullMq } = await import('./queue-bullmq.ts');
    return benchQueueOnBullMq({ items, concurrency: values.concurrency, runs: Number(values.runs) });
  }
  if (values.store === 'postgres') {
    const { benchQueueOnPostgres } = await import('./queue-postgres.ts');
    return benchQueueOnPostgres({ items, concurrency: values.concurrency, runs: Number(values.runs) });
  }
  const synchronous = values.synchronous === 'NORMAL' ? 'NORMAL' : 'FULL';
  const runs = Array.from({ length: Number(values.runs) });
  print(
    `queue: ${items.toLocaleString('en')} items, concurrency ${values.concurrency}, synchronous ${synchronous}`,
  );
  print(`${machine()}\n`);
  const lives: Life[] = [];
  const floors: Life[] = [];
  for (const _ of runs) {
    const environment = { PREHEAT_CONCURRENCY: values.concurrency };
    lives.push(await measureLife(items, { environment, synchronous }));
    floors.push(measureFloor(items, synchronous));
  }
  for (const part of ['submit', 'process', 'whole'] as const) {
    row(
      part,
      lives.map((life) => life[part]),
      'items/s',
    );
    row(
      `${part}, floor`,
      floors.map((floor) => floor[part]),
      'items/s',
    );
    row(
      `${part}, of the floor`,
      [median(lives.map((life, i) => life[part] / (floors[i] as Life)[part]))],
      '×',
    );
  }
  row('submit by HTTP upload', [await measureUpload(items, synchronous)], 'items/s');
  await measureLatency({ synchronous });
}

export interface Life {
  readonly submit: number;
  readonly process: number;
  readonly whole: number;
}

type Place = Pick<TestQueueSettings, 'environment' | 'synchronous' | 'database' | 'wrap'>;

export async function measureLife(items: number, place: Place): Promise<Life> {
  const queue = await openTestQueue({ run: async () => DONE, ...place, isStopped: true });
  const entries = questions(items, 'How many days of leave has person');
  let batchId = 0;
  const submitMs = await timed(async () => {
    batchId = (await queue.submit(entries)).batch.id;
  });
  const processMs = await timed(async () => {
    await queue.start();
    await endOf(queue, batchId);
  });
  await queue.close();
  const perSecond = (ms: number): number => (items / ms) * 1_000;
  return {
    submit: perSecond(submitMs),
    process: perSecond(processMs),
    whole: perSecond(submitMs + processMs),
  };
}

/** Looks each millisecond: watching is coalesced, and that would be in the figure. */
async function endOf(queue: Awaited<ReturnType<typeof openTestQueue>>, batchId: number): Promise<void> {
  while ((await queue.store.batches.find(queue.project.id, batchId))?.endedAt === null) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

/** From the call of submit to the first line of the run, on a queue with nothing else to do. */
export async function measureLatency(place: Place): Promise<void> {
  let started: (at: number) => void = () => undefined;
  const queue = await openTestQueue({
    run: async () => {
      started(performance.now());
      return DONE;
    },
    ...place,
  });
  const waits: number[] = [];
  for (let n = 0; n < 1_200; n += 1) {
    const from = performance.now();
    const begun = new Promise<number>((resolve) => {
      started = resolve;
    });
    const submitting = queue.submit([`question ${n}`]);
    waits.push((await begun) - from);
    await submitting;
    await new Promise((resolve) => {
      setTimeout(resolve, 2 + Math.random() * 8);
    });
  }
  await queue.close();
  const warm = waits.slice(200);
  row('enqueue → start, idle, p50', [percentile(warm, 0.5)], 'ms');
  row('enqueue → start, idle, p99', [percentile(warm, 0.99)], 'ms');
}
