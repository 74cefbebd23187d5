import { MEMORY_CACHE_DEFAULTS, MemoryAnswerCache } from '#adapters/cache/memory/memory-answer-cache.ts';
import { ANSWER_DEFAULTS, openAnswering } from '#core/answers/answering.ts';
import { trace } from '#clients/trace.ts';
import type { Answering } from '#core/answers/answering.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import { retrievePassages } from '#core/documents/retrieve-passages.ts';
import type { RetrievalDeps } from '#core/documents/retrieve-passages.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { capOf } from '#domain/caps.ts';
import type { Config } from '../config.ts';
import { chooserOf } from './open-judge.ts';
import type { Models } from './open-models.ts';
import type { OpenSharedCache } from './open-shared-cache.ts';
import { standardCaps } from '../settings/standard-caps.ts';

export interface AnswerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly bus: Bus;
  readonly retrieval: RetrievalDeps;
  readonly models: Models;
  readonly budgets: TokenBudgets;
  /** Of the installation, as its store knows it. */
  readonly installation: string;
}

export interface OpenAnswers {
  readonly answering: Answering;
  /** The tier that processes share; null: there is none. */
  readonly shared: OpenSharedCache | null;
  readonly close: () => Promise<void>;
}

/** Everything that answers a question, with its tiers. */
export async function openAnswers(parts: AnswerParts): Promise<OpenAnswers> {
  const shared = await openShared(parts);
  const answering = open(parts, shared);
  return {
    answering,
    shared,
    async close() {
      await answering.remakes.close();
      await answering.hits.close();
      await answering.second?.close();
      shared?.close();
    },
  };
}

/** And its code, where there is one. */
async function openShared({ config, ...parts }: AnswerParts): Promise<OpenSharedCache | null> {
  if (config.REDIS_CACHE_URL === '') return null;
  const { openSharedCache } = await import('./open-shared-cache.ts');
  return openSharedCache(config, parts);
}

/** Where a project may keep less in the store than in the tier that processes share, it may keep no more there. */
async function mostShared({ store, config }: AnswerParts, projectId: number): Promise<number | null> {
  const { settings } = await store.projects.settings(projectId);
  const kept = capOf(settings.caps, standardCaps(config), 'cachedBytes') ?? Infinity;
  const most = Math.min(kept, config.PREHEAT_PROJECT_SHARED_CACHE_MIB * 2 ** 20 || Infinity);
  return most === Infinity ? null : most;
}

function open(parts: AnswerParts, shared: OpenSharedCache | null): Answering {
  const { config, clock, log, store, retrieval, models, bus, budgets } = parts;
  return openAnswering({
    store,
    cache: new MemoryAnswerCache({ ...MEMORY_CACHE_DEFAULTS, maxBytes: config.PREHEAT_CACHE_MIB * 2 ** 20 }),
    shared: shared?.cache ?? null,
    mostShared: (projectId) => mostShared(parts, projectId),
    onSuperseded: (projectId, key, madeAt) =>
      bus.publish({ kind: 'answer_superseded', projectId, key, madeAt }),
    choose: models.choose,
    budgets,
    trace,
    choosesToJudge: chooserOf(models, config),
    retrieve: (request) => retrievePassages(retrieval, request),
    settings: {
      ...ANSWER_DEFAULTS,
      foundTtlMs: config.PREHEAT_ANSWER_TTL_HOURS * 3_600_000,
      notFoundTtlMs: config.PREHEAT_NOT_FOUND_TTL_MINUTES * 60_000,
      isListingMisses: config.PREHEAT_MISSES_KEPT_DAYS > 0,
      graceMs: config.PREHEAT_GRACE_HOURS * 3_600_000,
      admission: {
        // Those that the generator writes, and as many that come next.
        atOnce: 2 * config.PREHEAT_GENERATOR_CONCURRENCY,
        maxWaitMs: config.PREHEAT_ASK_WAIT_SECONDS * 1_000,
      },
    },
    // After every socket that had something to say: on a busy server dozens of asks share one read.
    soon: (run) => void setImmediate(run),
    now: clock,
    onError: (error) => log('warn', 'answer_upkeep_failed', { why: String(error) }),
  });
}
