import { thresholdsInForce } from '#domain/alert-thresholds.ts';
import type { ThresholdsInForce } from '#domain/alert-thresholds.ts';
import type { AlertKind, Reading } from '#domain/alert.ts';
import { hourOf } from '#domain/hour.ts';
import { MAX_WEBHOOKS } from '#domain/webhook.ts';
import type { Project } from '#domain/project.ts';
import type { Clock } from '#ports/log.ts';
import type { ModelState } from '#ports/model.ts';
import type { Store } from '#ports/store/store.ts';
import type { ServiceState } from './watch-service.ts';
import type { TokenBudgets } from './token-budgets.ts';
import type { AlertSource } from './watch-alerts.ts';

/** What is too much, or too little; a project may have chosen otherwise for itself. */
export interface ServerThresholds extends ThresholdsInForce {
  readonly memoryPercent: number;
  readonly diskPercent: number;
  readonly redisMemoryPercent: number;
}

export interface AlertSourceDeps {
  readonly store: Pick<Store, 'projects' | 'batches' | 'alerts' | 'hours' | 'webhooks'>;
  readonly budgets: Pick<TokenBudgets, 'list'>;
  readonly models: () => readonly ModelState[];
  /** What this server uses beside the store, such as Redis. */
  readonly services: () => readonly ServiceState[];
  /** How much of the memory that this process may have it has, and of the disk that holds the data is used; 0 to 100. */
  readonly memoryPercent: () => number;
  readonly diskPercent: () => Promise<number>;
  readonly clock: Clock;
  readonly thresholds: ServerThresholds;
}

const BACKLOG_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of fewer asks a rate says nothing. */
const LEAST_ASKS = 20;

/** Everything that is watched. */
export function alertSources(deps: AlertSourceDeps): Readonly<Record<string, AlertSource>> {
  const { store, thresholds } = deps;
  const ofProjects = (read: (project: Project) => Promise<Reading>): AlertSource => {
    return async () => {
      const readings: Reading[] = [];
      for (const project of await store.projects.list()) readings.push(await read(project));
      return readings;
    };
  };
  return {
    queue: ofProjects((project) => readDeadLetters(deps, project)),
    backlog: ofProjects((project) => readBacklog(deps, project)),
    hits: ofProjects((project) => readHits(deps, project)),
    budgets: ofProjects((project) => readBudget(deps, project)),
    webhooks: ofProjects((project) => readWebhooks(deps, project)),
    models: async () => [readModels(deps)],
    memory: async () => [
      ofServer('memory', deps.memoryPercent(), thresholds.memoryPercent, (percent) => {
        return `This server has ${percent} % of the memory that it may have: give it more, or lower PREHEAT_CACHE_MIB.`;
      }),
    ],
    disk: async () => [
      ofServer('disk', await deps.diskPercent(), thresholds.diskPercent, (percent) => {
        return `The disk that holds the data is ${percent} % full: make room, or nothing more can be taken in.`;
      }),
    ],
    redisMemory: async () => readServices(deps),
  };
}

async function readDeadLetters({ store, thresholds }: AlertSourceDeps, project: Project): Promise<Reading> {
  const { failed } = await store.batches.totals(project.id);
  const message = `${failed} items of the project ${project.name} failed for good: look at GET /api/v1/dead-letters, mend the cause, and retry them there.`;
  const { deadLetters: threshold } = thresholdsInForce(project.alerts, thresholds);
  return above(project, 'dead_letters', { value: failed, threshold, message });
}

async function readBacklog(
  { store, thresholds, clock }: AlertSourceDeps,
  project: Project,
): Promise<Reading> {
  const waiting = await store.alerts.backlog(project.id, clock() - BACKLOG_MS);
  const message = `${waiting} items of the project ${project.name} have waited longer than a minute: add workers, or raise PREHEAT_CONCURRENCY.`;
  const { backlog: threshold } = thresholdsInForce(project.alerts, thresholds);
  return above(project, 'backlog', { value: waiting, threshold, message });
}

/** Only while something is warmed: who warms nothing expects no hits. */
async function readHits({ store, thresholds, clock }: AlertSourceDeps, project: Project): Promise<Reading> {
  const [{ batchesOpen }, { hits, misses }] = await Promise.all([
    store.batches.totals(project.id),
    store.hours.totals(project.id, hourOf(clock() - HOUR_MS)),
  ]);
  const asks = hits + misses;
  const percent = asks === 0 ? 100 : Math.round((hits / asks) * 1_000) / 10;
  const { hitPercent: threshold } = thresholdsInForce(project.alerts, thresholds);
  const isOver = batchesOpen > 0 && asks >= LEAST_ASKS && percent < threshold;
  return {
    projectId: project.id,
    kind: 'cold',
    value: percent,
    threshold,
    isOver,
    message: `${percent} % of the last asks of the project ${project.name} were warm: GET /api/v1/answers/misses lists what to warm.`,
  };
}

/** Of the project's own budget and those of its keys, the one that is nearest its end. */
async function readBudget({ budgets, thresholds }: AlertSourceDeps, project: Project): Promise<Reading> {
  const used = (await budgets.list(project.id, false)).map(({ spent, reserved, tokensPerDay }) =>
    tokensPerDay === null ? 0 : ((spent + reserved) / tokensPerDay) * 100,
  );
  const percent = Math.round(Math.max(0, ...used) * 10) / 10;
  const message = `${percent} % of a budget of tokens of the project ${project.name} are spent today: GET /api/v1/usage says by whom.`;
  const { budgetPercent: threshold } = thresholdsInForce(project.alerts, thresholds);
  return above(project, 'budget', { value: percent, threshold, message });
}

async function readWebhooks({ store }: AlertSourceDeps, project: Project): Promise<Reading> {
  const { items } = await store.webhooks.list(project.id, { limit: MAX_WEBHOOKS, cursor: null });
  const off = items.filter(({ offReason }) => offReason !== null);
  const names = off.map(({ name }) => name).join(', ');
  const message = `Webhooks of the project ${project.name} were switched off (${names}): mend their receivers, and switch them on again.`;
  return above(project, 'webhook_off', { value: off.length, threshold: 0, message });
}

function readModels({ models }: AlertSourceDeps): Reading {
  const resting = models().filter(({ breaker }) => breaker !== 'closed');
  const names = resting.map(({ name }) => name).join(', ');
  return ofServer('breaker', resting.length, 0, () =>
    resting.length === 0
      ? 'All models answer again.'
      : `Models that failed too often are left alone for a while: ${names}. GET /health/ready says why.`,
  );
}

/** Of those that keep all they are given, the fullest; none says something while none can be seen. */
function readServices({ services, thresholds }: AlertSourceDeps): readonly Reading[] {
  const seen = services().flatMap(({ name, isUp, facts }) =>
    isUp && facts !== null ? [{ name, ...facts }] : [],
  );
  if (seen.length === 0) return [];
  const filling = seen.map(({ name, usedBytes, maxBytes, mayEvict }) => {
    return { name, percent: maxBytes === null || mayEvict ? 0 : (usedBytes / maxBytes) * 100 };
  });
  const { name, percent } = filling.reduce((a, b) => (b.percent > a.percent ? b : a));
  return [
    ofServer('redis_memory', percent, thresholds.redisMemoryPercent, (rounded) => {
      return `The Redis that is called ${name} at /health/ready has used ${rounded} % of its maxmemory: raise that, or look with MEMORY STATS who else fills it. A queue that is full is done without, and a cache takes no more.`;
    }),
  ];
}

interface Measured {
  readonly value: number;
  readonly threshold: number;
  readonly message: string;
}

function above({ id, name }: Project, kind: AlertKind, { value, threshold, message }: Measured): Reading {
  const isOver = value > threshold;
  const words = isOver
    ? message
    : `${kind} of the project ${name} is over: ${value}, no more than ${threshold}.`;
  return { projectId: id, kind, value, threshold, isOver, message: words };
}

function ofServer(
  kind: AlertKind,
  value: number,
  threshold: number,
  write: (value: number) => string,
): Reading {
  const rounded = Math.round(value * 10) / 10;
  return {
    projectId: null,
    kind,
    value: rounded,
    threshold,
    isOver: value > threshold,
    message: write(rounded),
  };
}
