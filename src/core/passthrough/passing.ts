import { SharedWork } from '#core/answers/shared-work.ts';
import { Fault } from '#domain/fault.ts';
import type { CacheWishes, Turn, TurnForm, TurnSource } from '#domain/turn.ts';
import type { TurnCache } from '#ports/cache.ts';
import type { Relay } from '#ports/relay.ts';
import type { FlightStore } from '#ports/store/flights.ts';
import type { Store } from '#ports/store/store.ts';
import type { Trace } from '#ports/trace.ts';
import type { TokenBudgets } from '../platform/token-budgets.ts';
import { LiveChunks } from './live-chunks.ts';
import { TurnCounter } from './turn-counter.ts';

export interface PassingSettings {
  readonly ttlMs: number;
  /** How long past its time a turn may stand in while the upstream cannot be asked. */
  readonly graceMs: number;
  /** A longer body is handed on and not kept. */
  readonly maxTurnBytes: number;
  readonly flightLeaseMs: number;
}

export const PASSING_DEFAULTS: PassingSettings = {
  ttlMs: 7 * 24 * 3_600_000,
  graceMs: 24 * 3_600_000,
  maxTurnBytes: 2 ** 20,
  flightLeaseMs: 30_000,
};

export interface PassingDeps {
  readonly store: Pick<Store, 'turns' | 'figures'>;
  readonly cache: TurnCache;
  /** null: nothing is passed through. */
  readonly relay: Relay | null;
  readonly budgets: Pick<TokenBudgets, 'run'>;
  /** By which processes on one store wait for each other; null: there is no other. */
  readonly flights: FlightStore | null;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly trace: Trace;
  readonly settings: PassingSettings;
  readonly now: () => number;
  /** Gets errors of work that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** What the verbs of requests that are passed through share in one process. */
export interface Passing extends PassingDeps {
  readonly counter: TurnCounter;
  readonly chats: SharedWork<MadeTurn, LiveChunks>;
  readonly vectors: SharedWork<readonly Turn[], null>;
}

/** What a model said just now, kept or not. */
export interface MadeTurn {
  readonly form: TurnForm;
  readonly lines: readonly string[];
  readonly tokens: number;
  /** Set when another process made it, and when it stands in for what could not be made. */
  readonly kept: { readonly turn: Turn; readonly source: 'shared' | 'stale' } | null;
}

/** What the cache did for a request. */
export interface Served {
  readonly source: TurnSource;
  /** Of what was kept; null when nothing was. */
  readonly ageSeconds: number | null;
}

/** One for each process; `passing.counter.close()` at its end. */
export function openPassing(deps: PassingDeps): Passing {
  const { now, onError } = deps;
  return {
    ...deps,
    counter: new TurnCounter({ figures: deps.store.figures, now, onError }),
    chats: new SharedWork<MadeTurn, LiveChunks>(() => new LiveChunks()),
    vectors: new SharedWork<readonly Turn[], null>(() => null),
  };
}

/** @throws Fault not_found `model_not_found` */
export function relayOf({ relay }: Passing, model: string): Relay {
  if (relay !== null && (relay.models.length === 0 || relay.models.includes(model))) return relay;
  const why =
    relay === null
      ? 'no upstream is set: set PREHEAT_UPSTREAM_URL to pass requests through'
      : 'it is not in PREHEAT_UPSTREAM_MODELS';
  throw new Fault(
    'not_found',
    'model_not_found',
    `There is no model "${model}" here: ${why}. GET /v1/models lists what is; "preheat" answers out of the project's documents.`,
  );
}

/** Turns by their keys, out of memory or the store, expired or not. */
export async function findTurns(
  { store, cache }: Passing,
  projectId: number,
  keys: readonly string[],
): Promise<Map<string, Turn>> {
  const found = new Map<string, Turn>();
  for (const key of keys) {
    const turn = cache.get(projectId, key);
    if (turn !== undefined) found.set(key, turn);
  }
  const rest = keys.filter((key) => !found.has(key));
  if (rest.length === 0) return found;
  for (const turn of await store.turns.find(projectId, rest)) {
    cache.set(turn);
    found.set(turn.key, turn);
  }
  return found;
}

export function isUsable({ now }: Passing, turn: Turn, { maxAgeSeconds }: CacheWishes): boolean {
  return (
    turn.expiresAt > now() && (maxAgeSeconds === null || now() - turn.createdAt <= maxAgeSeconds * 1_000)
  );
}

/** Keeps turns; what the store does not take is no reason to fail whoever asked. */
export async function keepTurns({ store, cache, onError }: Passing, turns: readonly Turn[]): Promise<void> {
  try {
    await store.turns.put(turns);
    for (const turn of turns) cache.set(turn);
  } catch (error) {
    onError(error);
  }
}

/** Whether what was kept may stand in for what could not be made. */
export function standsIn(
  { settings, now }: Passing,
  known: Turn | null,
  { isFresh, maxAgeSeconds }: CacheWishes,
): known is Turn {
  if (known === null || isFresh || maxAgeSeconds !== null) return false;
  return known.expiresAt + settings.graceMs > now();
}

export function partsOf({ form, body, inputTokens, outputTokens }: Turn): Omit<MadeTurn, 'kept'> {
  const tokens = inputTokens + outputTokens;
  return { form, tokens, lines: form === 'whole' ? [body] : body.split('\n') };
}

export function ageOf({ now }: Passing, { createdAt }: Turn): number {
  return Math.max(0, Math.floor((now() - createdAt) / 1_000));
}

/** @throws Fault not_found `not_cached` */
export function refuseUncached(): never {
  throw new Fault(
    'not_found',
    'not_cached',
    'Nothing fresh is cached for this request: ask without "only-if-cached" to make it.',
  );
}

/** The name of a request among flights, apart from those of questions. */
export function flightNameOf(key: string): string {
  return `turn:${key}`;
}
