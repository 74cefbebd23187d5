/** After so long without an answer the server is asked for a sign of life. */
const KNOCK_MS = 2_000;

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/**
 * Knows whether the server is there, from the requests that are made anyway; while it is away it knocks, and tells
 * its listeners when it is back.
 */
export class Reachability {
  #isAway = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #onBack = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly isAway = (): boolean => this.#isAway;

  /** Called each time the server is there again. */
  onBack(listener: () => void): () => void {
    this.#onBack.add(listener);
    return () => this.#onBack.delete(listener);
  }

  /** The same fetch, listened to. */
  watch(send: Fetch): Fetch {
    return async (input, init) => {
      try {
        const response = await send(input, init);
        this.#note(isGatewayError(response.status));
        return response;
      } catch (error) {
        if (init?.signal?.aborted !== true) this.#note(true);
        throw error;
      }
    };
  }

  #note(isAway: boolean): void {
    const wasAway = this.#isAway;
    this.#isAway = isAway;
    if (isAway && this.#timer === undefined) this.#timer = setTimeout(() => void this.#knock(), KNOCK_MS);
    if (wasAway === isAway) return;
    for (const listener of this.#listeners) listener();
    if (!isAway) for (const listener of this.#onBack) listener();
  }

  async #knock(): Promise<void> {
    this.#timer = undefined;
    if (!this.#isAway) return;
    this.#note(!(await isServerUp()));
  }
}

/** Asks the server for a sign of life. */
export async function isServerUp(): Promise<boolean> {
  try {
    return (await fetch('/health/live', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** What a proxy says for a server that is not there. */
function isGatewayError(status: number): boolean {
  return status === 502 || status === 504;
}
