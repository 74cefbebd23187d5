import { Fault } from '#domain/fault.ts';
import type { ReadEvent, ReadableFile, Reader } from '#ports/reader.ts';
import { ReadingProcess } from './reading-process.ts';
import type { ReadingSettings } from './reading-process.ts';

export interface LocalReaderSettings extends ReadingSettings {
  /** Files read at once; each costs a process. */
  readonly processes: number;
}

/** Reads files in processes of their own, started when first needed. */
export class LocalReader implements Reader {
  readonly #free: ReadingProcess[];
  readonly #all: readonly ReadingProcess[];
  /** Reads that wait for a process, oldest first. */
  readonly #waiting: ((free: ReadingProcess) => void)[] = [];
  readonly #closing = new AbortController();

  constructor(settings: LocalReaderSettings) {
    this.#all = Array.from({ length: Math.max(1, settings.processes) }, () => new ReadingProcess(settings));
    this.#free = [...this.#all];
  }

  async *read(file: ReadableFile, signal: AbortSignal): AsyncGenerator<ReadEvent, void, void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const reading = await this.#take(either);
    try {
      yield* reading.read(file, either);
    } finally {
      this.#giveBack(reading);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(
      new Fault('unavailable', 'reader_closed', 'The server is stopping: the file will be read later.'),
    );
    for (const each of this.#all) each.close();
  }

  async #take(signal: AbortSignal): Promise<ReadingProcess> {
    signal.throwIfAborted();
    // The one that was used last is warm; the others need not even be started.
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const { promise, resolve, reject } = Promise.withResolvers<ReadingProcess>();
    const onAbort = (): void => {
      const place = this.#waiting.indexOf(resolve);
      // Not there: a process was given to it in the same moment; the read itself will see the signal.
      if (place >= 0) this.#waiting.splice(place, 1);
      reject(signal.reason);
    };
    this.#waiting.push(resolve);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #giveBack(reading: ReadingProcess): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(reading);
    else next(reading);
  }
}
