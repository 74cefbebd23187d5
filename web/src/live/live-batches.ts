import type { QueryClient } from '@tanstack/react-query';
import { PreheatError, TERMINAL_EVENTS, type BatchEvent, type PreheatClient } from '#sdk/index.ts';
import { dropBatch, writeProgress } from './merge-progress.ts';

/** The server takes no more in one stream. */
const MOST_BATCHES = 50;
/** Parts of a page say what they show one after the other; one connection is made for all of them. */
const GATHER_MS = 40;
const AGAIN_MS = 2_000;

/**
 * One connection for whatever open batches are on screen; what it says goes into the query cache.
 *
 * A batch that leaves the screen does not cost a new connection: its events are just not of interest.
 */
export class LiveBatches {
  readonly #client: PreheatClient;
  readonly #queries: QueryClient;
  readonly #wanted = new Map<string, number>();
  #followed = new Set<string>();
  #connection: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: PreheatClient, queries: QueryClient) {
    this.#client = client;
    this.#queries = queries;
  }

  /** Follows the batches until the returned function is called. */
  want(batchIds: readonly string[]): () => void {
    for (const id of batchIds) this.#wanted.set(id, (this.#wanted.get(id) ?? 0) + 1);
    this.#schedule(GATHER_MS);
    return () => {
      for (const id of batchIds) {
        const left = (this.#wanted.get(id) ?? 1) - 1;
        if (left === 0) this.#wanted.delete(id);
        else this.#wanted.set(id, left);
      }
      if (this.#wanted.size === 0) this.#schedule(GATHER_MS);
    };
  }

  /** Connects anew: a proxy between may hold a stream open whose server is long gone. */
  restart(): void {
    this.#followed.clear();
    this.#schedule(0);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reconcile(), ms);
  }

  #reconcile(): void {
    const ids = [...this.#wanted.keys()].slice(0, MOST_BATCHES);
    if (ids.length > 0 && ids.every((id) => this.#followed.has(id))) return;
    this.#connection?.abort();
    this.#connection = null;
    this.#followed = new Set(ids);
    if (ids.length > 0) void this.#follow(ids);
  }

  async #follow(ids: readonly string[]): Promise<void> {
    const connection = new AbortController();
    this.#connection = connection;
    try {
      for await (const event of this.#client.batches.watchAll(ids, { signal: connection.signal })) {
        if (connection.signal.aborted) return;
        this.#show(event);
      }
    } catch (error) {
      if (connection.signal.aborted) return;
      if (error instanceof PreheatError && error.status === 404) await this.#forgetDeleted(ids);
      this.#followed.clear();
      this.#schedule(AGAIN_MS);
      return;
    }
    if (this.#connection === connection) this.#followed.clear();
  }

  #show(event: BatchEvent): void {
    writeProgress(this.#queries, event);
    if (!TERMINAL_EVENTS.includes(event.event)) return;
    // A retry may open it again: then it is followed anew.
    this.#followed.delete(event.id);
    if (event.event === 'deleted') dropBatch(this.#queries, event.id);
    for (const key of [['batch', event.id], ['batches'], ['items', event.id], ['stats']]) {
      void this.#queries.invalidateQueries({ queryKey: key });
    }
  }

  /** One that is gone refuses the whole stream: find out which. */
  async #forgetDeleted(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      try {
        await this.#client.batches.get(id);
      } catch (error) {
        if (!(error instanceof PreheatError) || error.status !== 404) return;
        this.#wanted.delete(id);
        dropBatch(this.#queries, id);
        void this.#queries.invalidateQueries({ queryKey: ['batch', id] });
      }
    }
  }
}
