import type { Listener, Notice } from '#ports/bus.ts';
import type { Log } from '#ports/log.ts';

/** Who listens in this process. One that throws does not keep the others from hearing. */
export class Listeners {
  readonly #log: Log;
  readonly #all = new Set<Listener>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** The function it gives ends it. */
  add(listener: Listener): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(heard: Notice | 'missed'): void {
    for (const listener of this.#all) {
      try {
        listener(heard);
      } catch (error) {
        this.#log('error', 'notice_failed', { why: String(error) });
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
