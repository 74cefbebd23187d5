import type { Held } from '#domain/outcome.ts';
import type { Worker, WorkerRole } from '#domain/worker.ts';

export interface WorkerStore {
  register(worker: NewWorker, now: number): Promise<number>;
  /** Renews the lease and tells what the store knows of the worker; null when it is no longer known. */
  beat(workerId: number, now: number): Promise<Beat | null>;
  /** Asks a worker to finish what it has and take no more; false when there is none. It hears of it at its next beat. */
  drain(workerId: number): Promise<boolean>;
  /** Signs off; what it still held goes back to pending, refunded. */
  leave(workerId: number, now: number): Promise<void>;
  /**
   * Takes the items of workers whose lease ran out back to pending and counts the loss; `andServers`: of all
   * servers too, for the one that knows that there is no other. Gives the batches of those items.
   */
  reap(now: number, andServers: boolean): Promise<readonly number[]>;
  list(): Promise<readonly Worker[]>;
}

export interface NewWorker {
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly role: WorkerRole;
}

export interface Beat {
  /** What it holds by the store's books. */
  readonly held: readonly Held[];
  readonly isDraining: boolean;
}
