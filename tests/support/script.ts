import { Fault } from '#domain/fault.ts';
import type { Outcome } from '#domain/outcome.ts';
import { DONE } from './queue.ts';

/** Work that does what its question begins with, and remembers what it did. */
export class Script {
  /** Every start, by its question. */
  readonly order: string[] = [];
  readonly #runs = new Map<string, number>();
  readonly #running = new Set<string>();
  readonly #most = new Map<string, number>();
  readonly #held = new Set<() => void>();
  #ring = (): void => undefined;

  /** What waits to be released. */
  get held(): number {
    return this.#held.size;
  }

  /** Starts of questions that begin so. */
  runs(word: string): number {
    return [...this.#runs].reduce(
      (sum, [question, runs]) => (question.startsWith(word) ? sum + runs : sum),
      0,
    );
  }

  /** Most of these questions that ran at once. */
  most(word: string): number {
    return this.#most.get(word) ?? 0;
  }

  release(): void {
    for (const go of this.#held) go();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#ring = resolve;
      });
    }
  }

  /**
   * `done …` is done, `wait 5 …` after so many milliseconds, `hold …` when it is released or aborted; `flaky …` fails the
   * first time, `broken …` for good, `warm …` is skipped.
   */
  async run(question: string, signal: AbortSignal): Promise<Outcome> {
    this.order.push(question);
    const runs = (this.#runs.get(question) ?? 0) + 1;
    this.#runs.set(question, runs);
    this.#running.add(question);
    const word = question.replace(/ \d+$/, '');
    const now = [...this.#running].filter((each) => each.startsWith(word)).length;
    this.#most.set(word, Math.max(this.#most.get(word) ?? 0, now));
    this.#ring();
    try {
      return await this.#act(question, runs, signal);
    } finally {
      this.#running.delete(question);
      this.#ring();
    }
  }

  async #act(question: string, runs: number, signal: AbortSignal): Promise<Outcome> {
    const [kind, ms] = question.split(' ');
    if (kind === 'wait') await this.#wait((go) => void setTimeout(go, Number(ms)), signal);
    if (kind === 'hold') await this.#wait((go) => void this.#held.add(go), signal);
    if (kind === 'flaky' && runs === 1) throw new Fault('unavailable', 'busy', 'It is busy.');
    if (kind === 'broken') throw new Fault('refused', 'broken', 'It is broken.');
    return kind === 'warm' ? { kind: 'skipped', reason: 'already_warm', result: null } : DONE;
  }

  async #wait(begin: (go: () => void) => void, signal: AbortSignal): Promise<void> {
    let go: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        go = resolve;
        begin(resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    } finally {
      this.#held.delete(go);
    }
  }
}
