interface Sharing<T, L> {
  readonly work: Promise<T>;
  /** What the work has written so far, for those who want to read along. */
  readonly live: L;
  readonly controller: AbortController;
  waiters: number;
}

/**
 * Work in progress that many wait for: one does it, all get the same result or the same error. Somebody's hang-up
 * takes away nothing but that wait; the work is aborted when nobody waits any more.
 */
export class SharedWork<T, L> {
  readonly #byName = new Map<string, Sharing<T, L>>();
  readonly #openLive: () => L;
  readonly #unclaimed: (result: T) => void;

  /** @param unclaimed gets a result that came after everybody had left */
  constructor(openLive: () => L, unclaimed: (result: T) => void = () => {}) {
    this.#openLive = openLive;
    this.#unclaimed = unclaimed;
  }

  /** How many different things are being done. */
  get size(): number {
    return this.#byName.size;
  }

  /**
   * Joins the work of that name, or begins it. Rejects with the signal's reason on hang-up.
   *
   * @param follow is handed what the work writes, from its beginning
   */
  async join(name: string, begin: Begin<T, L>, signal: AbortSignal, follow?: (live: L) => void): Promise<T> {
    signal.throwIfAborted();
    const sharing = this.#byName.get(name) ?? this.#begin(name, begin);
    sharing.waiters += 1;
    follow?.(sharing.live);
    try {
      return await untilAborted(sharing.work, signal);
    } finally {
      sharing.waiters -= 1;
      if (sharing.waiters === 0) this.#leave(name, sharing);
    }
  }

  #begin(name: string, begin: Begin<T, L>): Sharing<T, L> {
    const controller = new AbortController();
    const live = this.#openLive();
    const work = begin(controller.signal, live);
    const sharing: Sharing<T, L> = { work, live, controller, waiters: 0 };
    this.#byName.set(name, sharing);
    const forget = () => {
      if (this.#byName.get(name) === sharing) this.#byName.delete(name);
    };
    work.then(
      (result) => {
        forget();
        if (controller.signal.aborted) this.#unclaimed(result);
      },
      // The error reaches whoever waits; with nobody left it is nobody's.
      forget,
    );
    return sharing;
  }

  /** Who comes from now on begins anew, instead of joining what is being torn down. */
  #leave(name: string, sharing: Sharing<T, L>): void {
    if (this.#byName.get(name) !== sharing) return;
    this.#byName.delete(name);
    sharing.controller.abort(new DOMException('Nobody waits for it any more.', 'AbortError'));
  }
}

type Begin<T, L> = (signal: AbortSignal, live: L) => Promise<T>;

export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Resolves after a time; rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
