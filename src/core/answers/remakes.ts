import type { Answer } from '#domain/answer.ts';
import { Fault } from '#domain/fault.ts';
import { SharedWork } from './shared-work.ts';

/** Where stale answers are served at once: the looks at them that asks share, and what is made again behind them. */
export class Remakes {
  readonly looks = new SharedWork<Answer | null, null>(() => null);
  readonly #running = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  start(name: string, remake: Remake): void {
    const { signal } = this.#closing;
    if (this.#running.has(name) || signal.aborted) return;
    const run = async (): Promise<void> => {
      try {
        await remake(signal);
      } catch (error) {
        // A model that is down, a crowd, a spent budget: that is told elsewhere, and the next ask tries again.
        if (!(error instanceof Fault) && !signal.aborted) this.#onError(error);
      } finally {
        this.#running.delete(name);
      }
    };
    this.#running.set(name, run());
  }

  /** What is not made by then is left to the next ask. */
  async close(): Promise<void> {
    this.#closing.abort(new DOMException('The server stops.', 'AbortError'));
    await this.settled();
  }

  /** What runs now has ended, in whichever way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}

export type Remake = (signal: AbortSignal) => Promise<void>;
