import { DONE, openTestQueue, questions } from '../tests/support/queue.ts';
import type { TestQueueSettings } from '../tests/support/queue.ts';
import { percentile, row, timed } from './figures.ts';

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
