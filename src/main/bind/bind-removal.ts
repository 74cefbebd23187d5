import { setTimeout as sleep } from 'node:timers/promises';
import type { Answering } from '#core/answers/answering.ts';
import type { PassageIndex } from '#core/documents/passage-index.ts';
import { ProjectRemover } from '#core/platform/remove-project.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Quotas } from '#ports/quotas.ts';
import type { Store } from '#ports/store/store.ts';
import { every } from '../every.ts';
import { isLeading } from '../is-leading.ts';
import type { Queue } from '../open/open-queue.ts';

export interface RemovalParts {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly quotas: Quotas;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: Bus;
  readonly queue: Pick<Queue, 'hands' | 'workerId'>;
  readonly answering: Answering;
  readonly retrieval: { readonly index: PassageIndex };
  readonly keys: { forget(): void };
  readonly passthrough: { forget(projectId: number): void };
}

export interface BoundRemoval {
  readonly remover: ProjectRemover;
  start(): void;
  close(): Promise<void>;
}

const LOOK_MS = 10_000;
/** Watchers look five times a second. */
const SEEN_MS = 1_000;

/** Removes projects, and what every process has of them in memory. */
export function bindRemoval(parts: RemovalParts): BoundRemoval {
  const { store, clock, log, bus, queue, answering, retrieval, keys, passthrough } = parts;
  const remover = new ProjectRemover({
    ...parts,
    seen: () => sleep(SEEN_MS),
    onRemoved(projectId, batchIds) {
      for (const batchId of batchIds) {
        queue.hands.abort({ batchId }, new Error('The project was deleted.'));
        bus.publish({ kind: 'steered', batchId, to: 'delete' });
      }
      answering.tier.clear(projectId);
      answering.profiles.forget(projectId);
      retrieval.index.forget(projectId);
      keys.forget();
      passthrough.forget(projectId);
      void answering.second?.clear(projectId);
      bus.publish({ kind: 'answers_dropped', projectId });
    },
  });
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    remover,
    start() {
      const look = async (): Promise<void> => {
        if (await isLeading(store, clock, queue.workerId())) await remover.look();
      };
      // What a crash left does not wait for the next turn.
      look().catch((error: unknown) => log('warn', 'upkeep_failed', { why: String(error) }));
      timer = every(LOOK_MS, log, look);
    },
    async close() {
      clearInterval(timer);
      await remover.settled();
    },
  };
}
