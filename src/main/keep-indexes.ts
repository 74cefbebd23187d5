import type { App } from '#core/app.ts';
import { seeToIndex } from '#core/documents/reindex.ts';
import type { ReindexDeps } from '#core/documents/reindex.ts';
import type { ProjectEmbedders } from '#core/documents/project-embedders.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { every } from './every.ts';
import { isLeading } from './is-leading.ts';

/** How long a re-index that is done waits for its turn, at most. */
const LOOK_MS = 2_000;

export interface IndexKeeper {
  start(): void;
  close(): void;
}

/** Looks again and again whether each project's index is made with the embedder that its settings want. */
export function keepIndexes(parts: {
  readonly store: Store;
  readonly embedders: ProjectEmbedders;
  readonly batches: App['batches'];
  readonly clock: Clock;
  readonly log: Log;
  readonly workerId: () => number;
}): IndexKeeper {
  const { store, embedders, batches, clock, log } = parts;
  const deps: ReindexDeps = {
    store,
    embedders,
    inOrder: new Map(),
    clock,
    log,
    submit: (command) => batches.submit(command),
    cancel: (project, batchId) => batches.cancel(project, batchId),
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    start() {
      timer = every(LOOK_MS, log, async () => {
        if (!(await isLeading(store, clock, parts.workerId()))) return;
        for (const project of await store.projects.list()) await seeToIndex(deps, project);
      });
    },
    close: () => clearInterval(timer),
  };
}
