import type { TextSink } from '#ports/model.ts';

/**
 * The text of an answer while it is being made. It is state, not a log: whoever follows slowly, or comes late, reads
 * what stands there now and loses nothing.
 */
export class LiveText implements TextSink {
  #text = '';
  #round = 0;
  #changed = Promise.withResolvers<void>();

  get text(): string {
    return this.#text;
  }

  /** Raised by each beginning anew. */
  get round(): number {
    return this.#round;
  }

  write(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#tell();
  }

  restart(): void {
    if (this.#text === '') return;
    this.#text = '';
    this.#round += 1;
    this.#tell();
  }

  /** Resolves with the next change. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  #tell(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}
