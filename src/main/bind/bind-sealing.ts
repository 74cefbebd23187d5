import { recast } from '#adapters/store/sealed/recast.ts';
import type { App } from '#core/app.ts';
import { SealAnew } from '#core/platform/seal-anew.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import { every } from '../every.ts';
import { isLeading } from '../is-leading.ts';

export interface SealingParts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  readonly role: WorkerRole;
  readonly workerId: () => number;
}

export interface BoundSealing {
  readonly verbs: App['encryption'];
  start(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_MS = 1_000;

/** Seals anew what was sealed with another key or not at all, in one server at a time. */
export function bindSealing(parts: SealingParts): BoundSealing {
  const { store, sealer, clock, log, role, workerId } = parts;
  const anew = new SealAnew({ ...parts, recast: (kind, row) => recast(sealer, kind, row) });
  let timer: ReturnType<typeof setInterval> | undefined;
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    if (await isLeading(store, clock, workerId())) await anew.run(() => isStopping);
  };
  return {
    verbs: { state: () => anew.state(), begin: () => anew.begin() },
    async start() {
      if (role !== 'server') return;
      await anew.beginIfDue();
      timer = every(LOOK_MS, log, () => {
        running = look();
        return running;
      });
    },
    async close() {
      isStopping = true;
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}
