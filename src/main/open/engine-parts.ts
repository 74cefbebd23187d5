import type { ServiceWatch } from '#core/platform/watch-service.ts';
import type { Engine, EngineHands } from '#ports/engine.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';

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
