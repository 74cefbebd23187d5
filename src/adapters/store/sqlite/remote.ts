import type { DatabaseSync } from 'node:sqlite';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Fault } from '#domain/fault.ts';
import type { Call, FaultReply, Reply } from './group.ts';

/** What a store thread is started with. */
export interface StoreThreadData {
  readonly file: string;
  readonly synchronous: 'FULL' | 'NORMAL';
  /** What is deleted is overwritten. */
  readonly isOverwriting?: boolean;
}

export interface StoreThreadEntry {
  readonly file: URL;
  /** What the file takes besides: the store does not look into it. */
  readonly given?: unknown;
}

/** The verbs of one entity that `Make` makes on another thread, as promises. */
export type Remote<Make extends MakeVerbs> = Promised<ReturnType<Make>>;

/** The verbs of all entities that `Make` makes on another thread. */
export type RemoteEntities<Make extends MakeVerbs> = {
  readonly [E in keyof ReturnType<Make>]: Promised<ReturnType<Make>[E]>;
};

type MakeVerbs = (db: DatabaseSync, ...rest: never[]) => object;

type Promised<Verbs> = {
  readonly [V in keyof Verbs]: Verbs[V] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : never;
};

/** What a thread says first. */
export type StartReply = 'ready' | FaultReply;

/** What says something of the store; `store_failed` may be about one call, such as a result that is too large. */
const TROUBLES = new Set(['disk_full', 'disk_failed', 'store_busy', 'store_damaged']);

/** What a store thread makes is small and soon gone; the usual 48 would stay resident after the first rush. */
const YOUNG_MIB = 16;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The thread died of an error: it answers nothing any more. */
export type OnDied = (error: Error) => void;

/** Calls verbs on a store thread and matches the replies; first asked, first answered. */
export class StoreThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  readonly #outbox: Call[] = [];
  /** Why there will be no more answers. */
  #gone: Error | null = null;
  #trouble: string | null = null;

  private constructor(worker: Worker, port: MessagePort, onDied?: OnDied) {
    this.#worker = worker;
    this.#port = port;
    port.on('message', (replies: readonly Reply[]) => this.#settle(replies));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#fail(new Fault('unavailable', 'store_closed', 'The store is closed.'));
        resolve();
      });
    });
    worker.on('error', (error) => {
      onDied?.(error);
      this.#fail(
        new Fault('unavailable', 'store_failed', `The store's thread died: ${error.message}`, {
          cause: error,
        }),
      );
    });
  }

  /**
   * @param entry calls `serveWriter` or `serveScans`
   * @throws Fault what the thread met when it opened the file, such as `store_too_new`
   */
  static async start(entry: StoreThreadEntry, data: StoreThreadData, onDied?: OnDied): Promise<StoreThread> {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(entry.file, {
      workerData: { port: port2, data, given: entry.given },
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    const first = await new Promise<StartReply>((resolve, reject) => {
      worker.once('error', reject);
      port1.once('message', (reply: StartReply) => {
        worker.off('error', reject);
        resolve(reply);
      });
    });
    if (first !== 'ready') throw toError(first);
    return new StoreThread(worker, port1, onDied);
  }

  verbs<Make extends MakeVerbs>(): RemoteEntities<Make> {
    return new Proxy({} as RemoteEntities<Make>, {
      get: (_, entity: string) =>
        new Proxy(
          {},
          {
            get:
              (_target, verb: string) =>
              (...args: unknown[]) =>
                this.#call(entity, verb, args),
          },
        ),
    });
  }

  /** Why the newest call could not be done, when that was no fault of the call; null when it could. */
  get trouble(): string | null {
    return this.#gone?.message ?? this.#trouble;
  }

  async close(): Promise<void> {
    this.#port.postMessage('close');
    await this.#exited;
    await this.#worker.terminate();
  }

  #call(entity: string, verb: string, args: readonly unknown[]): Promise<unknown> {
    this.#lastId += 1;
    const call: Call = { id: this.#lastId, entity, verb, args };
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) throw this.#gone;
      this.#waiting.set(call.id, { resolve, reject });
      if (this.#outbox.push(call) === 1) queueMicrotask(() => this.#post(this.#outbox.splice(0)));
    });
  }

  /** What is called in one tick goes in one message, and so into one transaction: a submit and the claim it wakes. */
  #post(calls: readonly Call[]): void {
    try {
      this.#port.postMessage(calls);
    } catch (error) {
      // An argument cannot be cloned: its call fails, the others go.
      if (calls.length > 1) for (const call of calls) this.#post([call]);
      else this.#refuse(calls[0] as Call, error);
    }
  }

  #refuse(call: Call, error: unknown): void {
    this.#waiting.get(call.id)?.reject(error instanceof Error ? error : new Error(String(error)));
    this.#waiting.delete(call.id);
  }

  #settle(replies: readonly Reply[]): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('value' in reply) {
        this.#trouble = null;
        waiting?.resolve(reply.value);
      } else {
        if (TROUBLES.has(reply.fault.code)) this.#trouble = reply.fault.message;
        waiting?.reject(toError(reply.fault));
      }
    }
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function toError({ kind, code, message }: FaultReply): Fault {
  return new Fault(kind, code, message);
}
