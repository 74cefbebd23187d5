import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** Editors save in several steps, and copies take a while: a change counts once nothing has moved for so long. */
const QUIET_MS = 400;
/** A folder that never rests is looked at all the same. */
const MOST_MS = 5_000;
/** Shared disks tell nothing, and a folder that was away is watched no longer: so it is looked at this often too. */
const LOOK_MS = 60_000;

/** Tells when something in a folder may have changed. */
export class FolderChanges implements Disposable {
  readonly #folder: string;
  #watcher: FSWatcher | null = null;
  #isChanged = false;
  #lastAt = 0;
  #wake: () => void = () => undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#watch();
  }

  /** Waits for a change that has come to rest, or until it is time to look anyway. */
  async next(signal: AbortSignal): Promise<void> {
    this.#watch();
    await this.#wait(LOOK_MS, signal);
    const since = performance.now();
    while (this.#isChanged && performance.now() - since < MOST_MS) {
      const restedMs = performance.now() - this.#lastAt;
      if (restedMs >= QUIET_MS) break;
      await pause(QUIET_MS - restedMs, signal);
    }
    this.#isChanged = false;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }

  #watch(): void {
    if (this.#watcher !== null) return;
    try {
      const watcher = watch(this.#folder, { recursive: true }, () => this.#note());
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = null;
        this.#note();
      });
      this.#watcher = watcher;
    } catch {
      // Not there now: the next look tells, and tries again.
    }
  }

  #note(): void {
    this.#isChanged = true;
    this.#lastAt = performance.now();
    this.#wake();
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isChanged) return;
    const changed = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await Promise.race([changed, pause(ms, either)]);
    over.abort();
  }
}

/** Ends early, and without an error, when the signal fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
