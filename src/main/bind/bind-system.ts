import type { App } from '#core/app.ts';
import type { Description, Stats } from '#core/platform/server-views.ts';
import type { Health } from '#core/platform/health.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Figures } from '#domain/catalogue.ts';
import { hourOf } from '#domain/hour.ts';
import type { Hour } from '#domain/hour.ts';
import type { ServiceState } from '#core/platform/watch-service.ts';
import type { Project } from '#domain/project.ts';
import { NO_SETTINGS } from '#domain/project-settings.ts';
import type { Store } from '#ports/store/store.ts';
import { gatherFigures, tierFigures } from '#core/platform/gather-figures.ts';
import { serviceFigures } from '#core/platform/service-figures.ts';
import { alertFigures } from '#core/platform/alert-figures.ts';
import type { CallLimits } from '#core/platform/limit-calls.ts';
import { budgetFigures, limitFigures, partOfLimits } from '#core/platform/limit-figures.ts';
import { settingsInForce } from '../config.ts';
import { bindProjects } from './bind-projects.ts';
import type { SystemBindings } from './system-bindings.ts';
import type { Models } from '../open/open-models.ts';
import { VERSION } from '../version.ts';

/** Hits and misses of long ago say nothing about the cache as it is. */
const STATS_MS = 7 * 86_400_000;

/** Binds projects, keys of idempotency, figures and health. */
export function bindSystem(parts: SystemBindings): Pick<App, 'projects' | 'idempotency' | 'system'> {
  const { store, clock } = parts;
  const verbs: Pick<App, 'projects' | 'idempotency' | 'system'> = {
    projects: bindProjects(parts),
    idempotency: {
      begin: (claim) => store.idempotency.begin(claim, parts.queue.workerId(), clock()),
      finish: (claim, bodyHash, response) => store.idempotency.finish(claim, bodyHash, response, clock()),
      abandon: (claim) => store.idempotency.abandon(claim),
    },
    system: {
      workers: () => store.workers.list(),
      drain: (workerId) => drainWorker(parts, workerId),
      stats: (project) => statsOf(parts, project),
      async hours(project, since) {
        const [hours, figures] = await Promise.all([
          store.hours.list(project.id, since),
          store.figures.byHour(project.id, since),
        ]);
        return withFigures(hours, figures);
      },
      totals: (project) => store.hours.totals(project.id, 0),
      metrics: async () =>
        parts.metrics.show([
          ...(await gatherFigures({ ...parts, ...verbs })),
          ...tierFigures(parts.answering.second),
          ...serviceFigures(servicesOf(parts)),
          ...(await budgetFigures(await verbs.projects.list(), parts.budgets)),
          ...limitFigures(parts.limits.refused, parts.limits.sharing()),
          alertFigures(await store.alerts.open(), await store.projects.list()),
        ]),
      health: () => healthOf(parts),
      describe: () => describe(parts),
    },
  };
  return verbs;
}

/** It hears of it at once where there is a bus, otherwise with its next heartbeat. */
async function drainWorker({ store, queue, bus }: SystemBindings, workerId: number): Promise<void> {
  if (!(await store.workers.drain(workerId))) throw notFound('worker', showId('worker', workerId));
  if (workerId === queue.workerId()) queue.drain();
  else bus.publish({ kind: 'drain', workerId });
}

async function statsOf({ store, clock, config }: SystemBindings, project: Project): Promise<Stats> {
  const [queue, answers, lately, documents, corpusVersion] = await Promise.all([
    store.batches.totals(project.id),
    store.answers.stats(project.id, clock()),
    store.hours.totals(project.id, hourOf(clock() - STATS_MS)),
    store.documents.totals(project.id),
    store.projects.corpusVersion(project.id),
  ]);
  const { batchesOpen, pending, processing, failed } = queue;
  return {
    queue: {
      batchesOpen,
      pending,
      processing,
      deadLetters: failed,
      isAlarming: failed > config.PREHEAT_ALERT_DEAD_LETTERS,
    },
    answers: {
      total: answers.answers,
      notFound: answers.notFound,
      expired: answers.expired,
      suspect: answers.suspect,
      expiring: answers.expiring,
      hits: lately.hits,
      misses: lately.misses,
      savedMs: lately.savedMs,
      savedTokens: lately.savedTokens,
    },
    documents: { ...documents, corpusVersion },
  };
}

async function describe(parts: SystemBindings): Promise<Description> {
  const { store, queue, models, config } = parts;
  const { kind, version, bytes } = await store.describe();
  return {
    version: VERSION,
    runtime: `Node ${process.versions.node}`,
    engine: queue.engine.mode,
    store: { kind, version, bytes },
    services: servicesOf(parts),
    models: {
      generator: models.choose(NO_SETTINGS).generator.name,
      embedder: models.embedder(null).embedder.name,
    },
    settings: settingsInForce(config),
  };
}

/** Ready is who can take work: with a disk that is full, reads and warm asks go on, and nothing else does. */
export async function healthOf({
  store,
  queue,
  models,
  clock,
  bus,
  cacheWatch,
  limits,
  vectorPart,
}: Pick<SystemBindings, 'store' | 'queue' | 'clock' | 'bus' | 'cacheWatch' | 'vectorPart'> & {
  readonly limits: Pick<CallLimits, 'sharing'>;
  readonly models: Pick<Models, 'states'>;
}): Promise<Health> {
  const [facts, workers] = await Promise.allSettled([store.describe(), store.workers.list()]);
  const isAlive =
    workers.status === 'fulfilled' && workers.value.some((worker) => worker.leaseUntil > clock());
  const parts = [
    facts.status === 'fulfilled'
      ? {
          name: 'store',
          isUp: facts.value.unwritable === null,
          detail:
            facts.value.unwritable ??
            `${facts.value.kind} ${facts.value.version}, ${facts.value.bytes} bytes`,
        }
      : { name: 'store', isUp: false, detail: String(facts.reason) },
    { name: 'workers', isUp: isAlive, detail: isAlive ? 'at work' : 'none holds a lease' },
  ];
  // Without it everything goes on, a little later: a bus that is down is seen, and makes nobody unready.
  const { kind, isUp } = bus.describe();
  const beside =
    kind === 'none' ? [] : [{ name: 'bus', isUp, detail: isUp ? kind : `${kind}, being renewed` }];
  const searched = vectorPart === null ? [] : [vectorPart];
  const services = servicesOf({ queue, cacheWatch }).map(partOf);
  return {
    isReady: parts.every((part) => part.isUp),
    version: VERSION,
    engine: queue.engine.mode,
    engineTrouble: queue.trouble(),
    parts: [...parts, ...beside, ...searched, ...services, ...partOfLimits(limits.sharing())],
    models: models.states(),
  };
}

/** What this process uses beside the store. */
export function servicesOf({
  queue,
  cacheWatch,
}: Pick<SystemBindings, 'queue' | 'cacheWatch'>): readonly ServiceState[] {
  return [queue.service, cacheWatch].flatMap((watch) => (watch === null ? [] : [watch.state]));
}

const NOTHING = { completed: 0, failed: 0, skipped: 0, hits: 0, misses: 0, savedMs: 0, savedTokens: 0 };

/** Hours in which anything happened, each with all that was counted in it. */
function withFigures(
  hours: readonly Hour[],
  figures: Awaited<ReturnType<Store['figures']['byHour']>>,
): (Hour & { readonly figures: Figures })[] {
  const counted = new Map(figures.map((hour) => [hour.startedAt, hour.figures]));
  const known = new Map(hours.map((hour) => [hour.startedAt, hour]));
  const starts = [...new Set([...known.keys(), ...counted.keys()])].toSorted((a, b) => a - b);
  return starts.map((startedAt) => ({
    ...(known.get(startedAt) ?? { startedAt, ...NOTHING }),
    figures: counted.get(startedAt) ?? {},
  }));
}

function partOf({ name, isUp, facts, why, isFilling }: ServiceState): Health['parts'][number] {
  if (!isUp || facts === null)
    return { name, isUp: false, detail: `${why ?? 'away'}; work goes on without it` };
  const limit = facts.maxBytes === null ? '' : ` of ${facts.maxBytes} bytes`;
  const memory = `${facts.usedBytes} bytes${limit} used${isFilling ? ', nearly full' : ''}`;
  const detail = [facts.product, memory, `answers in ${facts.latencyMs} ms`, ...facts.warnings].join(', ');
  return { name, isUp: true, detail };
}
