interface Call<T> {
  readonly promise: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/** One call on its way for all who want the same; it is given up when the last of them has left. */
export class SharedCalls<T> {
  readonly #calls = new Map<string, Call<T>>();

  /** @param onJoined called when the call was on its way already */
  async join(
    key: string,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<T>,
    onJoined: () => void,
  ): Promise<T> {
    signal.throwIfAborted();
    let call = this.#calls.get(key);
    if (call === undefined) call = this.#begin(key, make);
    else onJoined();
    call.waiting += 1;
    const { promise: left, reject: leave } = Promise.withResolvers<never>();
    const onAbort = (): void => leave(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([call.promise, left]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      call.waiting -= 1;
      if (call.waiting === 0) this.#giveUp(key, call);
    }
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<T>): Call<T> {
    const stop = new AbortController();
    const promise = make(stop.signal);
    const call: Call<T> = { promise, stop, waiting: 0 };
    this.#calls.set(key, call);
    const forget = (): void => this.#forget(key, call);
    promise.then(forget, forget);
    return call;
  }

  /** Who comes from now on begins anew. */
  #giveUp(key: string, call: Call<T>): void {
    this.#forget(key, call);
    call.stop.abort(new Error('Nobody waits for it any more.'));
  }

  #forget(key: string, call: Call<T>): void {
    if (this.#calls.get(key) === call) this.#calls.delete(key);
  }
}
