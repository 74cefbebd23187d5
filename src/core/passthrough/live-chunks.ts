/**
 * The chunks of a turn while it is being made. They are state: whoever follows slowly, or comes late, reads what stands
 * there from its beginning and loses nothing.
 */
export class LiveChunks {
  readonly #lines: string[] = [];
  #changed = Promise.withResolvers<void>();

  get lines(): readonly string[] {
    return this.#lines;
  }

  push(line: string): void {
    this.#lines.push(line);
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }

  /** Resolves with the next chunk. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }
}
