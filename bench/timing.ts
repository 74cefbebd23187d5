import { readFileSync } from 'node:fs';
import { PreheatClient } from '#sdk/index.ts';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import { machine, median, percentile, print } from './figures.ts';

const KEY = 'a-key-for-the-bench';
const HANDBOOK = new URL('../examples/handbook/holidays-and-leave.md', import.meta.url);
const QUESTIONS = 1_500;
const WARM_UP = 200;

/**
 * Whether the time of an ask tells a project what another has cached. Two projects with the same document; one has half of
 * the questions cached. The other asks all of them once, in random order: do those take another time that the first has?
 */
export async function benchTiming(): Promise<void> {
  print(`timing: ${QUESTIONS} questions that another project has cached, and as many that nobody has`);
  print(`${machine()}\n`);
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, { PREHEAT_ADMIN_KEY: KEY });
  try {
    for (const cache of ['use', 'only'] as const) {
      const names = [`has-${cache}`, `asks-${cache}`] as const;
      const [has, asks] = await Promise.all(names.map((name) => openProject(server.url, name)));
      const questions = Array.from({ length: 2 * QUESTIONS + WARM_UP }, (_, n) => questionOf(n));
      const cached = new Set(shuffled(questions.slice(WARM_UP)).slice(0, QUESTIONS));
      const batch = await (has as PreheatClient).batches.submit({ workload: 'answers', items: [...cached] });
      await (has as PreheatClient).batches.wait(batch.id);
      for (const question of questions.slice(0, WARM_UP))
        await timeOf(asks as PreheatClient, question, cache);
      const times: Times = { theirs: [], nobodys: [] };
      for (const question of shuffled(questions.slice(WARM_UP)))
        times[cached.has(question) ? 'theirs' : 'nobodys'].push(
          await timeOf(asks as PreheatClient, question, cache),
        );
      show(cache, times);
    }
  } finally {
    await server.stop('SIGKILL');
    folder.remove();
  }
}

interface Times {
  readonly theirs: number[];
  readonly nobodys: number[];
}

async function timeOf(client: PreheatClient, question: string, cache: 'use' | 'only'): Promise<number> {
  const began = performance.now();
  await client.ask({ question, cache }).catch(unlessNotCached);
  return performance.now() - began;
}

async function openProject(baseUrl: string, project: string): Promise<PreheatClient> {
  const client = new PreheatClient({ baseUrl, apiKey: KEY, project, retries: 0 });
  await client.projects.create(project);
  const { id } = await client.documents.upload([
    { name: 'holidays-and-leave.md', content: readFileSync(HANDBOOK, 'utf8') },
  ]);
  await client.batches.wait(id);
  return client;
}

/** All of one length, whatever their number. */
function questionOf(n: number): string {
  return `How many days of leave has the person with the number ${String(100_000 + n)}?`;
}

function unlessNotCached(error: unknown): void {
  if ((error as { code?: string }).code !== 'not_cached') throw error;
}

function show(cache: string, { theirs, nobodys }: Times): void {
  const ms = (values: readonly number[]): string =>
    [0.1, 0.5, 0.9].map((share) => percentile(values, share).toFixed(3)).join('  ');
  const { share, z } = compare(theirs, nobodys);
  print(`cache: "${cache}"                        p10    p50    p90  ms`);
  print(`  another project has it         ${ms(theirs)}`);
  print(`  nobody has it                  ${ms(nobodys)}`);
  print(`  difference of the medians      ${((median(theirs) - median(nobodys)) * 1_000).toFixed(1)} µs`);
  print(`  one of theirs takes longer in  ${(share * 100).toFixed(1)} % of pairs (50 %: nothing is told)`);
  print(`  Mann-Whitney z                 ${z.toFixed(2)} (beyond ±1.96: by chance in one run of twenty)\n`);
}

/** Mann-Whitney: in how many of all pairs the first is the larger, and how far from the half in standard deviations. */
function compare(
  theirs: readonly number[],
  nobodys: readonly number[],
): { readonly share: number; readonly z: number } {
  const all = [
    ...theirs.map((value) => ({ value, isTheirs: true })),
    ...nobodys.map((value) => ({ value, isTheirs: false })),
  ].toSorted((a, b) => a.value - b.value);
  const [n, m] = [theirs.length, nobodys.length];
  const ranks = all.reduce((sum, { isTheirs }, at) => sum + (isTheirs ? at + 1 : 0), 0);
  const u = ranks - (n * (n + 1)) / 2;
  return { share: u / (n * m), z: (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12) };
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
