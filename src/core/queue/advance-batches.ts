import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { requestOf } from './request-of.ts';

export interface AdvanceDeps {
  readonly store: Pick<Store, 'batches'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: () => void;
}

const ROWS_A_STEP = 2_000;
/** A caller waits for so many steps; the rest goes on behind its back. */
const STEPS_WAITED = 5;

/** Carries unfinished steering (cancel, delete, retry of many rows) to its end, one batch at most once at a time. */
export class Advancer {
  readonly #deps: AdvanceDeps;
  readonly #active = new Map<number, Run>();
  #isClosed = false;

  constructor(deps: AdvanceDeps) {
    this.#deps = deps;
  }

  /** Resolves when it is done, or after a few steps when it takes long. */
  async advance(batchId: number): Promise<void> {
    const active = this.#active.get(batchId);
    if (active !== undefined) {
      // It may be past its last step already, and not know of the work that this call is about.
      active.isWantedAgain = true;
      return active.answered;
    }
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const run: Run = { answered, isWantedAgain: true };
    this.#active.set(batchId, run);
    void this.#run(batchId, run, answer).finally(answer);
    return answered;
  }

  /** What is left resumes at the next start. */
  close(): void {
    this.#isClosed = true;
  }

  async #run(batchId: number, run: Run, answer: () => void): Promise<void> {
    const { log } = this.#deps;
    try {
      while (run.isWantedAgain && !this.#isClosed) {
        run.isWantedAgain = false;
        await this.#finish(batchId, answer);
      }
    } catch (error) {
      log('warn', 'advance_delayed', {
        batchId,
        requestId: await requestOf(this.#deps.store.batches, batchId),
        why: error instanceof Error ? error.message : String(error),
      });
    } finally {
      // In the tick of the last look: whoever comes later begins anew.
      this.#active.delete(batchId);
    }
  }

  async #finish(batchId: number, answer: () => void): Promise<void> {
    const { store, clock, wake } = this.#deps;
    for (let steps = 1; !this.#isClosed; steps += 1) {
      const isDone = await store.batches.advance(batchId, ROWS_A_STEP, clock());
      wake();
      if (isDone) break;
      if (steps === STEPS_WAITED) answer();
    }
    await store.batches.end([batchId], clock());
  }
}

interface Run {
  readonly answered: Promise<void>;
  isWantedAgain: boolean;
}
