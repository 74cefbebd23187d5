import type { App } from '#core/app.ts';
import { bringInProject } from '#core/platform/bring-in-project.ts';
import { copyProject } from '#core/platform/copy-project.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { readCopy, writeCopy } from '../backup/copy-lines.ts';
import { every } from '../every.ts';
import { VERSION } from '../version.ts';

export interface CopyParts {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  readonly role: WorkerRole;
  readonly isAlone: boolean;
}

export interface BoundCopies {
  readonly verbs: App['copies'];
  start(): Promise<void>;
  close(): void;
}

const LOOK_MS = 60_000;
/** Whoever brings one in writes more often than this. */
const IDLE_MS = 15 * 60_000;

/** Takes projects elsewhere and brings them in; what a crash left half brought in is removed. */
export function bindCopies(parts: CopyParts): BoundCopies {
  const { store, clock, log, config, role } = parts;
  const deps = { ...parts, version: VERSION, maxFileBytes: config.PREHEAT_MAX_DOCUMENT_MIB * 2 ** 20 };
  const giveUp = async (since: number): Promise<void> => {
    for (const id of await store.copies.idle(since)) await store.copies.abandon(id, clock());
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    verbs: {
      export: (project) => ReadableStream.from(writeCopy(copyProject(deps, project))),
      import: (name, body) => bringInProject(deps, name, readCopy(body)),
    },
    async start() {
      if (role !== 'server') return;
      // Nobody else could be bringing one in.
      await giveUp(parts.isAlone ? Number.MAX_SAFE_INTEGER : clock() - IDLE_MS);
      timer = every(LOOK_MS, log, () => giveUp(clock() - IDLE_MS));
    },
    close: () => clearInterval(timer),
  };
}
