import { CronerCalendar } from '#adapters/calendar/croner/croner-calendar.ts';
import { PrometheusMetrics } from '#adapters/metrics/prometheus/prometheus-metrics.ts';
import type { App } from '#core/app.ts';
import type { Answering } from '#core/answers/answering.ts';
import { findAnswerTo } from '#core/answers/find-answer.ts';
import { AnswerProbe } from '#core/freshness/answer-probe.ts';
import type { ForecastDeps } from '#core/freshness/forecast-schedule.ts';
import type { CarryOf } from '#core/documents/delete-document.ts';
import { ProjectEmbedders } from '#core/documents/project-embedders.ts';
import { PassageIndex } from '#core/documents/passage-index.ts';
import type { RetrievalDeps } from '#core/documents/retrieve-passages.ts';
import { budgetedEmbedder } from '#core/platform/budgeted-embedder.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import { HoldingViews } from '#core/platform/view-holdings.ts';
import { HEARTBEAT_MS } from '#domain/worker.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Log } from '#ports/log.ts';
import type { Calendar } from '#ports/calendar.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Reader } from '#ports/reader.ts';
import type { Store } from '#ports/store/store.ts';
import type { Tracer } from '#ports/tracer.ts';
import type { Workload } from '#ports/workload.ts';
import { answersWorkload } from '#workloads/answers/workload.ts';
import { reindexWorkload } from '#workloads/reindex/workload.ts';
import { bindAlerts } from './bind/bind-alerts.ts';
import { bindAnswers } from './bind/bind-answers.ts';
import { forgetWithOthers } from './bind/bind-bus.ts';
import { bindDocuments } from './bind/bind-documents.ts';
import { bindKeys } from './bind/bind-keys.ts';
import { openLimits } from './bind/bind-limits.ts';
import { bindPassthrough } from './bind/bind-passthrough.ts';
import type { BoundPassthrough } from './bind/bind-passthrough.ts';
import { bindCopies } from './bind/bind-copies.ts';
import { bindSealing } from './bind/bind-sealing.ts';
import { bindRemoval } from './bind/bind-removal.ts';
import { bindQueue } from './bind/bind-queue.ts';
import type { BoundQueue } from './bind/bind-queue.ts';
import { bindRewarm } from './bind/bind-rewarm.ts';
import { bindSchedules } from './bind/bind-schedules.ts';
import { bindSystem, servicesOf } from './bind/bind-system.ts';
import { bindWebhooks } from './bind/bind-webhooks.ts';
import type { Config } from './config.ts';
import { catchUpProbe } from './catch-up-probe.ts';
import { every } from './every.ts';
import { dropUnneeded } from './open/open-blobs.ts';
import { openAnswers } from './open/open-answers.ts';
import { keepIndexes } from './keep-indexes.ts';
import { openJudge } from './open/open-judge.ts';
import { Models } from './open/open-models.ts';
import { openCatalogue } from './open/open-catalogue.ts';
import { openDocuments, openLexicalEmbedder, openReader } from './open/open-reading.ts';
import type { DocumentParts } from './open/open-reading.ts';
import { openBudgets } from './open/open-budgets.ts';
import { keepWithinCaps } from './keep-within-caps.ts';
import { standardCaps } from './settings/standard-caps.ts';
import { openQueue } from './open/open-queue.ts';
import type { Queue } from './open/open-queue.ts';
import { openStore } from './open/open-store.ts';
import { openTracer } from './open/open-tracer.ts';
import type { OpenStore } from './open/open-store.ts';
import { openVectors } from './open/open-vectors.ts';
import type { OpenVectors } from './open/open-vectors.ts';
import { VERSION } from './version.ts';

/** What this process is for. */
export interface Role {
  readonly role: WorkerRole;
  /** Somebody asked it to finish what it has and take no more, and it has. */
  readonly onDrain: () => void;
}

/** Everything, put together and not yet moving. */
export interface Composed {
  readonly app: App;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  start(): Promise<void>;
  stop(drainMs: number): Promise<void>;
}

/** Chooses the adapters and binds the verbs to them: the only place that does. */
export async function compose(config: Config, log: Log, role: Role): Promise<Composed> {
  const adapters = await openAdapters(config, log, role.role);
  const { store, bus, clock, metrics, tracer, budgets } = adapters;
  const base = { ...(await partsOf(adapters, role)), config, log };
  const opened = await openAnswers({ ...adapters, ...base });
  const { answering, shared, close: closeAnswers } = opened;
  const catalogue = openCatalogue({ ...adapters, config, log });
  const workloads = workloadsOf({ ...adapters, answering, config, budgets }, catalogue.workload);
  const parts = { ...base, workloads };
  const calls = await openLimits(parts);
  const queue = await openQueue(parts);
  const bound = bindQueue(parts, queue);
  const findAnswer: ForecastDeps['findAnswer'] = (id, item) => findAnswerTo(answering, id, item);
  const served = { ...parts, ...bound.verbs, budgets, workerId: queue.workerId, answering };
  const schedules = bindSchedules({ ...adapters, ...served, findAnswer });
  const webhooks = bindWebhooks({ ...parts, asks: () => app.asks });
  const cacheWatch = shared?.watch ?? null;
  const services = () => servicesOf({ queue, cacheWatch });
  const alerts = bindAlerts({ ...adapters, ...served, services });
  const keys = bindKeys({ store, clock, log, config });
  const sealing = bindSealing(served);
  const copies = bindCopies({ ...adapters, ...served });
  const passthrough = await bindPassthrough({ ...adapters, config, log, budgets });
  const indexes = keepIndexes({ ...adapters, ...served });
  const removal = bindRemoval({ ...adapters, ...parts, ...calls, queue, answering, keys, passthrough });
  const holdings = new HoldingViews({
    store,
    clock,
    standard: standardCaps(config),
    shared: async (projectId) => (await answering.second?.roomOf(projectId)) ?? null,
  });
  const system = { ...adapters, holdings, ...removal, ...passthrough.verbs, ...served, ...calls, queue };
  const app: App = {
    ...bound.verbs,
    ...bindAnswers({ ...served, courier: webhooks.courier }),
    webhooks: webhooks.verbs,
    alerts: alerts.verbs,
    encryption: sealing.verbs,
    copies: copies.verbs,
    schedules: schedules.verbs,
    ...keys.verbs,
    catalogue: catalogue.verbs,
    ...bindDocuments({ ...adapters, ...served }),
    limits: calls.limits,
    budgets,
    holdings,
    ...passthrough.verbs,
    ...bindSystem({ ...system, cacheWatch }),
  };
  forgetWithOthers(bus, answering);
  const opening = { ...adapters, ...served };
  const warmth = [bindRewarm(opening), keepWithinCaps(served), openJudge(opening)];
  const beside = [schedules, indexes, keys, calls, webhooks, sealing, copies, removal, alerts, ...warmth];
  const living = { ...parts, adapters, app, queue, bound, closeAnswers, passthrough, catalogue };
  return { app, metrics, tracer, ...lifeOf(living, beside) };
}

/** Goes on beside the queue, from the start to the stop. */
interface Beside {
  start(): void | Promise<void>;
  close(): void | Promise<void>;
}

interface Living {
  readonly adapters: Adapters;
  readonly app: App;
  readonly queue: Queue;
  readonly bound: BoundQueue;
  readonly closeAnswers: () => Promise<void>;
  readonly passthrough: BoundPassthrough;
  readonly catalogue: ReturnType<typeof openCatalogue>;
  readonly config: Config;
  readonly log: Log;
}

function lifeOf(living: Living, beside: readonly Beside[]): Pick<Composed, 'start' | 'stop'> {
  const { adapters, app, queue, bound, closeAnswers, passthrough, catalogue, config, log } = living;
  const catchingUp = catchUpProbe({ ...adapters, log });
  let stopUpkeep = (): void => undefined;
  return {
    async start() {
      await app.projects.ensure('default');
      await queue.start();
      await bound.operations.resume();
      for (const each of beside) await each.start();
      catchingUp.start();
      stopUpkeep = startUpkeep({ ...adapters, operations: bound.operations, config, log });
    },
    async stop(drainMs) {
      stopUpkeep();
      await catchingUp.close();
      for (const each of beside) await each.close();
      bound.close();
      await queue.stop(drainMs);
      await closeAnswers();
      await passthrough.close();
      await catalogue.close();
      await adapters.close();
    },
  };
}

/** What the parts of the queue share, beside what they do. */
async function partsOf({ store, sealer, bus, clock, isLocal, tracer }: Adapters, role: Role) {
  const { installation } = await store.describe();
  const isAlone = isLocal && role.role === 'server';
  return { store, sealer, bus, clock, tracer, isAlone, installation, version: VERSION, ...role };
}

interface Adapters extends OpenStore, Pick<OpenVectors, 'vectorPart'> {
  readonly reader: Reader;
  readonly models: Models;
  readonly embedders: ProjectEmbedders;
  readonly budgets: TokenBudgets;
  readonly retrieval: RetrievalDeps;
  readonly carryOf: CarryOf;
  readonly probe: AnswerProbe;
  readonly calendar: Calendar;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

async function openAdapters(config: Config, log: Log, role: WorkerRole): Promise<Adapters> {
  const tracer = await openTracer(config, role);
  const kept = await openStore(config, log);
  const { store } = kept;
  const { vectors, vectorPart } = await openVectors(config).catch(async (error: unknown) => {
    await kept.close();
    throw error;
  });
  const reader = openReader(config);
  const lexical = openLexicalEmbedder();
  const models = new Models(config, lexical, tracer);
  const embedders = embeddersOf(store, models);
  const budgets = openBudgets({ store, clock: kept.clock, log, config });
  const embedderOf = (projectId: number) => embedders.forQuestions(projectId);
  const onError = (error: unknown): void => log('warn', 'probe_failed', { why: String(error) });
  const probe = new AnswerProbe({ store, embedderOf, onError });
  return {
    ...kept,
    vectorPart,
    reader,
    models,
    embedders,
    budgets,
    retrieval: {
      store,
      index: new PassageIndex(store.documents.passages, vectors),
      embedderOf: async (payer) => budgetedEmbedder(await embedderOf(payer.projectId), payer, budgets),
    },
    carryOf: (projectId, change) => probe.carry(projectId, change),
    probe,
    calendar: new CronerCalendar(),
    metrics: new PrometheusMetrics(VERSION),
    tracer,
    async close() {
      await reader.close();
      await lexical.close();
      await vectors.close();
      await kept.close();
      await tracer.close();
    },
  };
}

function embeddersOf(store: Store, models: Models): ProjectEmbedders {
  return new ProjectEmbedders({
    store,
    choose: (settings) => models.embedder(settings.embedder),
    reopen: models.reopen,
  });
}

function workloadsOf(
  parts: Adapters &
    Pick<DocumentParts, 'budgets'> & { readonly answering: Answering; readonly config: Config },
  catalogue: Workload,
): ReadonlyMap<string, Workload> {
  const workloads = [
    answersWorkload(parts.answering),
    openDocuments(parts),
    reindexWorkload(parts),
    catalogue,
  ];
  return new Map(workloads.map((workload) => [workload.name, workload]));
}

/** What goes on beside all requests: the clock is set, and what processes that are gone left half done is taken up. */
function startUpkeep(
  parts: Adapters & Pick<BoundQueue, 'operations'> & { readonly config: Config; readonly log: Log },
): () => void {
  const timer = every(HEARTBEAT_MS, parts.log, async () => {
    await parts.setClock();
    await parts.operations.resume();
  });
  const stopDropping = dropUnneeded(parts);
  return () => {
    clearInterval(timer);
    stopDropping();
  };
}
