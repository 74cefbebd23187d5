import type { Project } from '#domain/project.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Quotas } from '#ports/quotas.ts';
import type { Store } from '#ports/store/store.ts';
import { notFound } from '#domain/fault.ts';

export interface RemoveDeps {
  readonly store: Pick<Store, 'removals' | 'documents'>;
  readonly blobs: Pick<Blobs, 'delete'>;
  readonly quotas: Pick<Quotas, 'forget'>;
  /** Resolves when whoever watches a batch of it, in any process, has seen that it is going. */
  readonly seen: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whoever runs or watches these batches is to stop; what memory holds of the project is to go, here and elsewhere. */
  readonly onRemoved: (projectId: number, batchIds: readonly number[]) => void;
}

/** What was on its way into a project when it was removed may arrive for so long. */
const LATE_MS = 3_600_000;
const FILE_GROUP = 500;

/** Removes projects, a step at a time; what a crash left is taken up by the next look. */
export class ProjectRemover {
  readonly #deps: RemoveDeps;
  #work: Promise<void> = Promise.resolve();

  constructor(deps: RemoveDeps) {
    this.#deps = deps;
  }

  /**
   * Nobody sees it any more when this resolves; its rows go in the background.
   *
   * @throws Fault not_found
   */
  async remove({ id, name }: Project): Promise<void> {
    const { store, clock, onRemoved, log } = this.#deps;
    const removed = await store.removals.begin(id, clock());
    if (removed === null) throw notFound('project', name);
    onRemoved(id, removed.batchIds);
    log('info', 'project_removed', { project: name });
    this.#queue(async () => {
      await this.#deps.seen();
      await this.#removeRows(id);
      await this.#dropFiles(removed.files);
      await this.#deps.quotas.forget(id);
      onRemoved(id, []);
    });
  }

  /** Goes on with what was begun before, and sweeps up after what has ended. */
  async look(): Promise<void> {
    const { store, clock } = this.#deps;
    for (const id of await store.removals.list(clock() - LATE_MS)) this.#queue(() => this.#removeRows(id));
    await this.#work;
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#work;
  }

  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#deps.log('warn', 'removal_delayed', { why: String(error) });
    });
  }

  async #removeRows(projectId: number): Promise<void> {
    const { store, clock } = this.#deps;
    while (await store.removals.step(projectId, clock()));
  }

  /** Files are kept by what is in them: one that another project has too stays. */
  async #dropFiles(files: readonly string[]): Promise<void> {
    const { store, blobs } = this.#deps;
    for (let at = 0; at < files.length; at += FILE_GROUP) {
      const group = files.slice(at, at + FILE_GROUP);
      const used = new Set((await store.documents.fileUses(group)).map(({ sha256 }) => sha256));
      for (const sha256 of group) if (!used.has(sha256)) await blobs.delete(sha256);
    }
  }
}
