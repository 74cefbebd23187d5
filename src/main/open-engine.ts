import { EmbeddedEngine } from '#adapters/engine/embedded/embedded-engine.ts';
import type { ServiceWatch } from '#core/platform/watch-service.ts';
import type { Engine, EngineHands } from '#ports/engine.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from './config.ts';

export interface EngineParts {
  readonly store: Store;
  readonly hands: EngineHands;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly workerId: () => number;
  /** Of the installation, as its store knows it. */
  readonly installation: string;
  /** Told that a claim failed: it may have been made all the same. */
  readonly onFailure: () => void;
}

export interface OpenEngine {
  readonly engine: Engine;
  /** What it rests on; null: on nothing but the store. */
  readonly service: ServiceWatch | null;
  /** Why this process claims for itself although it has a service; null: it does not. */
  readonly trouble: () => { readonly why: string; readonly since: number } | null;
}

const POLL_MS = 1_000;

/** With a Redis, offers come through it as long as it is there; without one this process claims for itself. */
export async function openEngine(parts: EngineParts): Promise<OpenEngine> {
  const { store, hands, clock, log, workerId, onFailure } = parts;
  const common = { hands, clock, log, workerId, onFailure, pollMs: POLL_MS };
  const alone = new EmbeddedEngine({ ...common, items: store.items });
  if (parts.config.REDIS_URL === '') return { engine: alone, service: null, trouble: () => null };
  // Most servers have no Redis, and should not carry the code for it.
  const { openSharedEngine } = await import('./open-shared-engine.ts');
  return openSharedEngine({ ...parts, ...common, alone });
}
