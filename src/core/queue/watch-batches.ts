import { isEnded } from '#domain/batch.ts';
import type { Batch } from '#domain/batch.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { wordsOfStage } from '#domain/stage.ts';
import type { Project } from '#domain/project.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { BatchView, Wait } from './views.ts';

export interface WatchDeps {
  readonly store: Pick<Store, 'batches'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly view: (batch: Batch) => BatchView;
  /** How often what is watched is looked at. */
  readonly everyMs: number;
}

/** What is told comes in crowds: they share a look. */
const SOON_MS = 20;

interface Watcher {
  /** Newest view not yet handed over; older ones are of no use to anybody. */
  next: BatchView | null;
  ring: () => void;
}

/**
 * Shows batches as they change. Progress is state: each look is a snapshot from the store, so a watcher that was
 * away, a server that restarted and a change made by another process all come out the same. One view is made per
 * batch and look, and shared by all who watch it.
 */
export class BatchWatch {
  readonly #deps: WatchDeps;
  readonly #watchers = new Map<number, Set<Watcher>>();
  readonly #shown = new Map<number, string>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #soon: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  /**
   * Views as they change, the first at once; ends after the one that shows the end.
   *
   * @throws Fault `not_found`
   */
  async *watch(project: Project, batchId: number, signal: AbortSignal): AsyncGenerator<BatchView, void> {
    const watcher: Watcher = { next: await this.#first(project, batchId), ring: () => undefined };
    const leave = this.#join(batchId, watcher);
    const onAbort = (): void => watcher.ring();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const view = watcher.next;
        if (view === null) {
          await new Promise<void>((resolve) => {
            watcher.ring = resolve;
          });
          continue;
        }
        watcher.next = null;
        yield view;
        if (isOver(view.batch)) return;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      leave();
    }
  }

  /** The batch once its version is above `sinceVersion`, or as it is when the time is up. */
  async wait(project: Project, batchId: number, { seconds, sinceVersion, signal }: Wait): Promise<BatchView> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
    let last: BatchView | null = null;
    for await (const view of this.watch(project, batchId, until)) {
      const since = sinceVersion ?? (last ?? view).batch.version;
      last = view;
      if (view.batch.version > since) break;
    }
    return last ?? this.#first(project, batchId);
  }

  /** Something was told of these batches (null: of any): if somebody watches one, it is looked at now, not at its time. */
  lookSoon(batchIds: readonly number[] | null): void {
    const isWatched =
      batchIds === null ? this.#watchers.size > 0 : batchIds.some((id) => this.#watchers.has(id));
    if (!isWatched || this.#soon !== null) return;
    this.#soon = setTimeout(() => {
      this.#soon = null;
      void this.#look();
    }, SOON_MS);
  }

  close(): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #first(project: Project, batchId: number): Promise<BatchView> {
    const [batch] = await this.#deps.store.batches.snapshots([batchId]);
    if (batch === undefined || batch.projectId !== project.id || batch.status === 'receiving') {
      throw notFound('batch', showId('batch', batchId));
    }
    return this.#deps.view(batch);
  }

  #join(batchId: number, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(batchId) ?? new Set();
    this.#watchers.set(batchId, watchers.add(watcher));
    this.#timer ??= setInterval(() => void this.#look(), this.#deps.everyMs);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(batchId) === watchers) {
        this.#watchers.delete(batchId);
        this.#shown.delete(batchId);
      }
      if (this.#watchers.size === 0) this.close();
      if (this.#watchers.size === 0) this.#timer = null;
    };
  }

  async #look(): Promise<void> {
    try {
      for (const batch of await this.#deps.store.batches.snapshots([...this.#watchers.keys()]))
        this.#show(batch);
    } catch (error) {
      // The next look shows what this one could not.
      this.#deps.log('warn', 'watch_delayed', { why: String(error) });
    }
  }

  #show(batch: Batch): void {
    const view = this.#deps.view(batch);
    const state = `${batch.version} ${view.current.map((item) => `${item.id}:${item.stage === null ? '' : wordsOfStage(item.stage)}`).join(' ')}`;
    if (this.#shown.get(batch.id) === state) return;
    this.#shown.set(batch.id, state);
    for (const watcher of this.#watchers.get(batch.id) ?? []) {
      watcher.next = view;
      watcher.ring();
    }
  }
}

/** Nothing follows this view. */
function isOver(batch: Batch): boolean {
  return isEnded(batch) || batch.status === 'deleting' || batch.status === 'deleted';
}
