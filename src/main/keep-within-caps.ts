import type { Answering } from '#core/answers/answering.ts';
import { evictUnused } from '#core/platform/evict-unused.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from './config.ts';
import { every } from './every.ts';
import { isLeading } from './is-leading.ts';
import { standardCaps } from './settings/standard-caps.ts';

export interface CapParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  readonly bus: Bus;
  readonly answering: Answering;
  readonly workerId: () => number;
}

const LOOK_MS = 30_000;

/** Looks now and then whether a project keeps more than it may; one process for all. */
export function keepWithinCaps(parts: CapParts): { start(): void; close(): void } {
  const { store, clock, log, config, bus, answering, workerId } = parts;
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = async (): Promise<void> => {
    if (!(await isLeading(store, clock, workerId()))) return;
    await evictUnused({
      store,
      log,
      standard: standardCaps(config),
      onEvicted(projectId) {
        answering.tier.clear(projectId);
        bus.publish({ kind: 'answers_dropped', projectId });
      },
    });
  };
  return {
    start: () => void (timer = every(LOOK_MS, log, look)),
    close: () => clearInterval(timer),
  };
}
