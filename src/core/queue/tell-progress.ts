import type { Notice } from '#ports/bus.ts';

/** Well within what a watcher may wait, and few enough that a busy worker does not talk all the time. */
const EVERY_MS = 100;

/** Tells the others which batches moved, gathered over a moment. */
export class TellProgress {
  readonly #publish: (notice: Notice) => void;
  readonly #moved = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(publish: (notice: Notice) => void) {
    this.#publish = publish;
  }

  note(batchIds: readonly number[]): void {
    for (const id of batchIds) this.#moved.add(id);
    if (this.#moved.size > 0) this.#timer ??= setTimeout(() => this.#tell(), EVERY_MS);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tell();
  }

  #tell(): void {
    this.#timer = null;
    if (this.#moved.size > 0) this.#publish({ kind: 'progress', batchIds: [...this.#moved] });
    this.#moved.clear();
  }
}
