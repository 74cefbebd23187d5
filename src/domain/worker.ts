/** A process that works on items. Times are epoch milliseconds. */
export interface Worker {
  readonly id: number;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** A server answers requests too; a worker only works. */
  readonly role: WorkerRole;
  /** It finishes what it has and takes no more. */
  readonly isDraining: boolean;
  readonly startedAt: number;
  readonly heartbeatAt: number;
  /** Past this time its items are given to others. */
  readonly leaseUntil: number;
  readonly itemsInHand: number;
}

export type WorkerRole = 'server' | 'worker';

export const LEASE_MS = 30_000;
export const HEARTBEAT_MS = 10_000;
