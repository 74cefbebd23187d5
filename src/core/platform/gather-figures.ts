import type { Project } from '#domain/project.ts';
import type { Figure } from '#ports/metrics.ts';
import type { SecondTier } from '../answers/second-tier.ts';
import type { App } from '../app.ts';
import type { PassthroughStats } from '../passthrough/verbs.ts';
import type { Stats } from './server-views.ts';
import type { Held } from './view-holdings.ts';
import type { Health } from './health.ts';

/** More are left out: each costs some reads at every scrape. */
const MOST_PROJECTS = 200;

interface Sample {
  readonly project: string;
  readonly stats: Stats;
  readonly turns: PassthroughStats;
  readonly ended: Awaited<ReturnType<App['system']['totals']>>;
  readonly holdings: readonly Held[];
}

/** What the store knows and a process alone does not, as figures for a monitoring system. */
export async function gatherFigures({
  projects,
  system,
  passthrough,
  holdings,
}: Pick<App, 'projects' | 'system' | 'passthrough' | 'holdings'>): Promise<readonly Figure[]> {
  const all = (await projects.list()).slice(0, MOST_PROJECTS);
  const [health, workers, ...samples] = await Promise.all([
    system.health(),
    system.workers(),
    ...all.map((project) => sampleOf({ system, passthrough, holdings }, project)),
  ]);
  return [
    ...figuresOf(samples),
    ...countersOf(samples),
    ...turnFiguresOf(samples),
    ...capFiguresOf(samples),
    ...serverFigures(health, workers.length),
  ];
}

async function sampleOf(
  { system, passthrough, holdings }: Pick<App, 'system' | 'passthrough' | 'holdings'>,
  project: Project,
): Promise<Sample> {
  const [stats, ended, turns, held] = await Promise.all([
    system.stats(project),
    system.totals(project),
    passthrough.stats(project),
    holdings.capped(project),
  ]);
  return { project: project.name, stats, ended, turns, holdings: held };
}

function figuresOf(samples: readonly Sample[]): Figure[] {
  return [
    byLabel(samples, 'gauge', {
      name: 'preheat_items',
      help: 'Items of open batches by state, and dead letters.',
      label: 'state',
      read: ({ stats: { queue } }) => ({
        pending: queue.pending,
        processing: queue.processing,
        failed: queue.deadLetters,
      }),
    }),
    byLabel(samples, 'gauge', {
      name: 'preheat_answers',
      help: 'Cached answers by state.',
      label: 'state',
      read: ({ stats: { answers } }) => ({
        fresh: answers.total - answers.expired - answers.suspect,
        suspect: answers.suspect,
        expired: answers.expired,
      }),
    }),
    plain(
      samples,
      'preheat_batches_open',
      'Batches that have not ended.',
      ({ stats }) => stats.queue.batchesOpen,
    ),
    plain(
      samples,
      'preheat_documents',
      'Documents that can be asked about.',
      ({ stats }) => stats.documents.total,
    ),
    plain(samples, 'preheat_chunks', 'Chunks of documents.', ({ stats }) => stats.documents.chunks),
  ];
}

function countersOf(samples: readonly Sample[]): Figure[] {
  return [
    byLabel(samples, 'counter', {
      name: 'preheat_items_ended_total',
      help: 'Items that reached an end.',
      label: 'outcome',
      read: ({ ended: { completed, failed, skipped } }) => ({ completed, failed, skipped }),
    }),
    byLabel(samples, 'counter', {
      name: 'preheat_asks_total',
      help: 'Asks by what the cache had.',
      label: 'result',
      read: ({ ended: { hits, misses } }) => ({ hit: hits, miss: misses }),
    }),
    byLabel(samples, 'counter', {
      name: 'preheat_saved_total',
      help: 'What hits would have taken to make again.',
      label: 'unit',
      read: ({ ended: { savedMs, savedTokens } }) => ({ seconds: savedMs / 1_000, tokens: savedTokens }),
    }),
  ];
}

/** Requests that were passed through to other models. */
function turnFiguresOf(samples: readonly Sample[]): Figure[] {
  return [
    plain(samples, 'preheat_turns', 'Turns of other models that are kept.', ({ turns }) => turns.turns),
    plain(samples, 'preheat_turns_bytes', 'Bytes of the turns that are kept.', ({ turns }) => turns.bytes),
    byLabel(samples, 'counter', {
      name: 'preheat_turns_total',
      help: 'Requests to other models, by what the cache had.',
      label: 'result',
      read: ({ turns: { hits, misses, bypassed } }) => ({ hit: hits, miss: misses, bypass: bypassed }),
    }),
    byLabel(samples, 'counter', {
      name: 'preheat_turn_tokens_total',
      help: 'Tokens of other models that hits saved, and misses spent.',
      label: 'use',
      read: ({ turns: { savedTokens, spentTokens } }) => ({ saved: savedTokens, spent: spentTokens }),
    }),
  ];
}

/** What projects hold of what they may; one without a cap has no ratio. */
function capFiguresOf(samples: readonly Sample[]): Figure[] {
  return [
    byLabel(samples, 'gauge', {
      name: 'preheat_cap_used_ratio',
      help: 'How full a project is, of what it may hold, 0 to 1. Above 1 where the cap was lowered.',
      label: 'cap',
      read: ({ holdings }) =>
        Object.fromEntries(
          holdings.flatMap(({ name, held, cap }) => (cap === null ? [] : [[CAP_LABELS[name], held / cap]])),
        ),
    }),
  ];
}

const CAP_LABELS: Readonly<Record<Held['name'], string>> = {
  pending: 'pending',
  concurrency: 'concurrency',
  cachedBytes: 'cached_bytes',
  sharedBytes: 'shared_bytes',
  documents: 'documents',
};

function serverFigures({ isReady, parts, models, engine }: Health, workers: number): Figure[] {
  const one = (name: string, help: string, value: number, labels = {}): Figure => ({
    name,
    help,
    kind: 'gauge',
    values: [{ labels, value }],
  });
  return [
    one('preheat_ready', 'Whether this server can serve.', Number(isReady)),
    one('preheat_workers', 'Processes that work on items.', workers),
    one('preheat_engine', 'The engine that is in use.', 1, { engine }),
    {
      name: 'preheat_part_up',
      help: 'Whether a part of this server is up.',
      kind: 'gauge',
      values: parts.map(({ name, isUp }) => ({ labels: { part: name }, value: Number(isUp) })),
    },
    {
      name: 'preheat_model_breaker_open',
      help: 'Whether a model is left alone since it failed too often.',
      kind: 'gauge',
      values: models.map(({ role, name, breaker }) => ({
        labels: { role, model: name },
        value: Number(breaker !== 'closed'),
      })),
    },
  ];
}

/** Of this process's looks into the tier that processes share. */
export function tierFigures(second: SecondTier | null): Figure[] {
  if (second === null) return [];
  const { hits, misses, behind, failures } = second.counts;
  return [
    {
      name: 'preheat_shared_cache_total',
      help: 'Looks of this process into the cache that processes share, by what came of them.',
      kind: 'counter',
      values: Object.entries({ hit: hits, miss: misses, behind, failure: failures }).map(
        ([result, value]) => ({ labels: { result }, value }),
      ),
    },
  ];
}

interface Labelled {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly read: (sample: Sample) => Readonly<Record<string, number>>;
}

function byLabel(samples: readonly Sample[], kind: Figure['kind'], what: Labelled): Figure {
  const { name, help, label, read } = what;
  const values = samples.flatMap((sample) =>
    Object.entries(read(sample)).map(([state, value]) => ({
      labels: { project: sample.project, [label]: state },
      value,
    })),
  );
  return { name, help, kind, values };
}

function plain(
  samples: readonly Sample[],
  name: string,
  help: string,
  read: (sample: Sample) => number,
): Figure {
  const values = samples.map((sample) => ({ labels: { project: sample.project }, value: read(sample) }));
  return { name, help, kind: 'gauge', values };
}
