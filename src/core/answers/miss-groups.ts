import { BudgetSpent } from '#domain/budget.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { Clock } from '#ports/log.ts';
import type { MissStore } from '#ports/store/misses.ts';
import { groupMisses } from './group-misses.ts';
import type { GroupMissesDeps } from './group-misses.ts';

export interface MissGroupsDeps extends GroupMissesDeps {
  readonly store: { readonly misses: Pick<MissStore, 'ungrouped' | 'heads' | 'group' | 'waiting'> };
  readonly clock: Clock;
  /** Gets errors of work that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** Projects that one look takes; the next comes in a moment. */
const AT_ONCE = 50;
/** A project whose embedder failed is left alone for so long. */
const AGAIN_MS = 60_000;

/** Sees to it that questions that miss are put into groups of those that mean the same, while nobody waits. */
export class MissGroups {
  readonly #deps: MissGroupsDeps;
  readonly #failed = new Map<number, number>();

  constructor(deps: MissGroupsDeps) {
    this.#deps = deps;
  }

  /** To be called every few seconds: looks at the projects that have new ones. */
  async look(signal: AbortSignal): Promise<void> {
    const now = this.#deps.clock();
    for (const [id, at] of this.#failed) if (at < now - AGAIN_MS) this.#failed.delete(id);
    for (const id of await this.#deps.store.misses.waiting(AT_ONCE + this.#failed.size))
      if (!this.#failed.has(id)) await this.group(id, signal);
  }

  /** Those of a project, those of another embedder among them. */
  async group(projectId: number, signal: AbortSignal): Promise<void> {
    try {
      await groupMisses(this.#deps, projectId, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#failed.set(projectId, this.#deps.clock());
      // A model that is down, and a budget that is spent, are told elsewhere.
      if (!(error instanceof ModelFault || error instanceof BudgetSpent)) this.#deps.onError(error);
    }
  }
}
