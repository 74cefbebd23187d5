import { parseArgs } from 'node:util';
import { machine, median, print, row } from './figures.ts';
import { measureFloor } from './queue-floor.ts';
import { measureLatency, measureLife } from './queue-life.ts';
import type { Life } from './queue-life.ts';
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
