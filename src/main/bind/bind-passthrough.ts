import { hash } from 'node:crypto';
import { MemoryTurnCache } from '#adapters/cache/memory/memory-turn-cache.ts';
import { TracedRelay } from '#adapters/relay/traced/traced-relay.ts';
import { trace } from '#clients/trace.ts';
import type { App } from '#core/app.ts';
import { completeChat } from '#core/passthrough/complete-chat.ts';
import { embedTexts } from '#core/passthrough/embed-texts.ts';
import { openPassing, PASSING_DEFAULTS } from '#core/passthrough/passing.ts';
import type { Passing } from '#core/passthrough/passing.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import { turnCountsOf } from '#core/passthrough/turn-counter.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Relay } from '#ports/relay.ts';
import type { Store } from '#ports/store/store.ts';
import type { Tracer } from '#ports/tracer.ts';
import type { Config } from '../config.ts';

export interface PassthroughParts {
  readonly config: Config;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
  readonly budgets: TokenBudgets;
  /** The store is this process's alone. */
  readonly isLocal: boolean;
}

const MEMORY_MAX_AGE_MS = 10_000;

export interface BoundPassthrough {
  readonly verbs: Pick<App, 'passthrough'>;
  /** What memory holds of a project. */
  forget(projectId: number): void;
  close(): Promise<void>;
}

/** Binds requests that are passed through to another model, and what is kept of them. */
export async function bindPassthrough(parts: PassthroughParts): Promise<BoundPassthrough> {
  const { config, store, bus, clock, log, isLocal, budgets, tracer } = parts;
  const cache = new MemoryTurnCache({
    maxBytes: config.PREHEAT_UPSTREAM_MEMORY_MIB * 2 ** 20,
    maxAgeMs: MEMORY_MAX_AGE_MS,
  });
  const relay = await openRelay(config, tracer);
  const passing = openPassing({
    store,
    cache,
    relay,
    budgets,
    flights: isLocal ? null : store.flights,
    digest: (text) => hash('sha256', text, 'hex'),
    trace,
    settings: {
      ...PASSING_DEFAULTS,
      ttlMs: config.PREHEAT_UPSTREAM_TTL_HOURS * 3_600_000,
      graceMs: config.PREHEAT_GRACE_HOURS * 3_600_000,
    },
    now: clock,
    onError: (error) => log('warn', 'turn_upkeep_failed', { why: String(error) }),
  });
  const stopHearing = bus.subscribe((heard) => {
    if (heard !== 'missed' && heard.kind === 'answers_dropped') cache.clear(heard.projectId);
  });
  return {
    verbs: { passthrough: verbsOf(passing, bus) },
    forget: (projectId) => cache.clear(projectId),
    async close() {
      stopHearing();
      await passing.counter.close();
      await relay?.close();
    },
  };
}

/** Its client is loaded where there is something to call. */
async function openRelay(config: Config, tracer: Tracer): Promise<Relay | null> {
  if (config.PREHEAT_UPSTREAM_URL === '') return null;
  const { OpenAiRelay } = await import('#adapters/relay/openai/openai-relay.ts');
  const relay = new OpenAiRelay({
    baseUrl: config.PREHEAT_UPSTREAM_URL,
    apiKey: config.PREHEAT_UPSTREAM_KEY === '' ? null : config.PREHEAT_UPSTREAM_KEY,
    models: config.PREHEAT_UPSTREAM_MODELS,
    timeoutMs: config.PREHEAT_UPSTREAM_TIMEOUT_SECONDS * 1_000,
    concurrency: config.PREHEAT_UPSTREAM_CONCURRENCY,
  });
  return tracer.isOn ? new TracedRelay(relay, tracer) : relay;
}

function verbsOf(passing: Passing, bus: Bus): App['passthrough'] {
  const { relay, store, counter, cache } = passing;
  return {
    async models(signal) {
      if (relay === null) return [];
      if (relay.models.length === 0) return relay.list(signal);
      return relay.models.map((id) => ({ id, created: 0, ownedBy: 'upstream' }));
    },
    chat: (project, request) => completeChat(passing, { ...request, projectId: project.id }),
    embed: (project, request) => embedTexts(passing, { ...request, projectId: project.id }),
    async stats(project) {
      await counter.flush().catch(passing.onError);
      const [kept, figures] = await Promise.all([
        store.turns.stats(project.id),
        store.figures.ofProject(project.id),
      ]);
      return { isOn: relay !== null, ...kept, ...turnCountsOf(figures) };
    },
    async drop(project, filter) {
      const dropped = await store.turns.drop(project.id, filter);
      cache.clear(project.id);
      bus.publish({ kind: 'answers_dropped', projectId: project.id });
      return dropped;
    },
  };
}
