import { Worker } from 'node:worker_threads';
import { Fault } from '#domain/fault.ts';
import type { Embedder } from '#ports/model.ts';
import type { EmbedReply, EmbedRequest } from './serve.ts';

export interface ThreadedEmbedderSettings {
  /** File of the thread: it calls `serveEmbedder` with the same embedder. */
  readonly entry: URL;
  readonly threads: number;
}

/** Most of what it makes is of no use a moment later; left to itself, V8 lets that grow to 100 MiB before it looks. */
const YOUNG_MIB = 24;

/** A question or two is embedded sooner than a thread is told of it. */
const AT_ONCE = 4;

/** Puts an embedder that computes on threads of their own, so that files do not hold up the event loop. */
export class ThreadedEmbedder implements Embedder {
  readonly name: string;
  readonly dimensions: number | null;
  readonly weight?: number;
  readonly sameFrom?: number;
  readonly #inner: Embedder;
  readonly #settings: ThreadedEmbedderSettings;
  readonly #threads: Thread[] = [];

  constructor(inner: Embedder, settings: ThreadedEmbedderSettings) {
    this.name = inner.name;
    this.dimensions = inner.dimensions;
    if (inner.weight !== undefined) this.weight = inner.weight;
    if (inner.sameFrom !== undefined) this.sameFrom = inner.sameFrom;
    this.#inner = inner;
    this.#settings = settings;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    if (texts.length <= AT_ONCE) return this.#inner.embed(texts, signal);
    signal.throwIfAborted();
    const vectors = await this.#leastBusy().embed(texts);
    signal.throwIfAborted();
    return vectors;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  /** Started as they are needed. */
  #leastBusy(): Thread {
    const [first] = this.#threads.toSorted((a, b) => a.waiting - b.waiting);
    if (first !== undefined && (first.waiting === 0 || this.#threads.length >= this.#settings.threads))
      return first;
    const thread = new Thread(this.#settings.entry, () => {
      const place = this.#threads.indexOf(thread);
      if (place >= 0) this.#threads.splice(place, 1);
    });
    this.#threads.push(thread);
    return thread;
  }
}

interface Waiting {
  readonly resolve: (vectors: readonly Float32Array[]) => void;
  readonly reject: (error: Error) => void;
}

class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(entry: URL, onGone: () => void) {
    this.#worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
    this.#worker.unref();
    this.#worker.on('message', (reply: EmbedReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error.message));
    this.#worker.on('exit', () => {
      onGone();
      this.#fail('it ended');
    });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.#lastId += 1;
    const request: EmbedRequest = { id: this.#lastId, texts };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: EmbedReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('why' in reply) waiting?.reject(failed(reply.why));
    else waiting?.resolve(unpack(reply.packed, reply.count));
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(failed(why));
    this.#waiting.clear();
  }
}

function unpack(packed: Float32Array, count: number): Float32Array[] {
  const dimensions = packed.length / Math.max(1, count);
  return Array.from({ length: count }, (_, i) => packed.subarray(i * dimensions, (i + 1) * dimensions));
}

function failed(why: string): Fault {
  return new Fault('unavailable', 'embedder_failed', `The embedding thread failed (${why}): try again.`);
}
