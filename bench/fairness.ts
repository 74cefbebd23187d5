import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '#clients/temporary-postgres.ts';
import { startRedis } from '#clients/temporary-redis.ts';
import { DONE, openTestQueue, questions } from '../tests/support/queue.ts';
import type { TestQueue } from '../tests/support/queue.ts';
import { machine, median, print, row, timed } from './figures.ts';
import { onDatabase, SERVER } from './queue-postgres.ts';

const ITEM_MS = 20;
const SMALL = 50;
const PROJECTS = 10;

/**
 * A small project beside one of 200,000 items, and ten small ones beside it: on a SQLite file, on PostgreSQL, and through
 * BullMQ. Items take 20 ms, 8 at once.
 */
export async function benchFairness(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      items: { type: 'string', default: '200000' },
      on: { type: 'string', default: 'sqlite,postgres,bullmq' },
    },
  });
  const on = new Set(values.on.split(','));
  const items = Number(values.items);
  print(`fairness: ${SMALL} items beside ${items.toLocaleString('en')} of another project`);
  print(`${machine()}\n`);
  if (on.has('sqlite')) await measure('SQLite', items, {});
  const [server, redis] = await Promise.all([startPostgres(SERVER), startRedis({ appendonly: 'yes' })]);
  try {
    if (on.has('postgres'))
      await onDatabase(server, (database) => measure('PostgreSQL', items, { database }));
    const environment = { REDIS_URL: redis.url };
    if (on.has('bullmq'))
      await onDatabase(server, (database) => measure('BullMQ', items, { database, environment }));
  } finally {
    await redis.remove();
    await server.remove();
  }
}

interface Place {
  readonly database?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

async function measure(name: string, items: number, { environment, ...place }: Place): Promise<void> {
  const starts: string[] = [];
  const queue = await openTestQueue({
    async run({ question }) {
      starts.push(question.split(' ')[0] as string);
      await sleep(ITEM_MS);
      return DONE;
    },
    environment: { PREHEAT_CONCURRENCY: '8', ...environment },
    ...place,
  });
  try {
    const runs = Array.from({ length: 5 });
    const alone: number[] = [];
    for (const [n] of runs.entries()) alone.push(await finish(queue, `alone${n}`));
    await queue.submit(questions(items, 'big'));
    await sleep(2_000);
    const beside: number[] = [];
    for (const [n] of runs.entries()) beside.push(await finish(queue, `beside${n}`));
    row(`${name}: ${SMALL} items alone`, alone, 'ms');
    row(`${name}: beside the large project`, beside, 'ms');
    row('… of alone', [median(beside) / median(alone)], '×');
    starts.length = 0;
    const small = Array.from({ length: PROJECTS }, (_, n) => `small${n}`);
    const took = await Promise.all(small.map((project) => finish(queue, project)));
    row(`${name}: ${PROJECTS} small ones at once, first to last`, took, 'ms');
    row('most starts of others between two of one', [longestWait(starts, small)], '');
  } finally {
    await queue.close();
  }
}

/** From the submission to the end of the batch. */
async function finish(queue: TestQueue, name: string): Promise<number> {
  const project = await queue.store.projects.ensure(name, Date.now());
  return timed(async () => {
    const { batch } = await queue.submit(questions(SMALL, name), { project });
    // Watching is coalesced, and that would be in the figure.
    while ((await queue.store.batches.find(project.id, batch.id))?.endedAt === null) await sleep(2);
  });
}

/** While all of them still had items: how long the unluckiest waited for its turn, in starts of others. */
function longestWait(starts: readonly string[], projects: readonly string[]): number {
  const firsts = projects.map((project) => starts.indexOf(project));
  const lasts = projects.map((project) => starts.lastIndexOf(project));
  const shared = starts.slice(Math.max(...firsts), Math.min(...lasts) + 1);
  return Math.max(
    ...projects.map((project) => {
      const at = shared.flatMap((each, position) => (each === project ? [position] : []));
      return Math.max(...at.map((position, n) => position - (at[n - 1] ?? 0) - 1));
    }),
  );
}
