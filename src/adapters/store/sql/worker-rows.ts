import type { Worker, WorkerRole } from '#domain/worker.ts';

export function toWorker(given: unknown): Worker {
  const row = given as WorkerRow & { id: number };
  return {
    id: row.id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    role: row.role,
    isDraining: row.is_draining === 1,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    leaseUntil: row.lease_until,
    itemsInHand: row.in_hand,
  };
}

interface WorkerRow {
  host: string;
  pid: number;
  version: string;
  role: WorkerRole;
  is_draining: number;
  started_at: number;
  heartbeat_at: number;
  lease_until: number;
  in_hand: number;
}
