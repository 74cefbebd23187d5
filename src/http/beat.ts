/** Says `false` at each beat: one timer for a stream, however many events it has. */
export class Beat {
  readonly #timer: ReturnType<typeof setInterval>;
  #coming = Promise.withResolvers<false>();

  constructor(ms: number) {
    this.#timer = setInterval(() => {
      const { resolve } = this.#coming;
      this.#coming = Promise.withResolvers<false>();
      resolve(false);
    }, ms).unref();
  }

  next(): Promise<false> {
    return this.#coming.promise;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
