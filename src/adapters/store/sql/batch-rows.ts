import type { Batch, BatchStatus } from '#domain/batch.ts';

/** A batch with its counts and version as of one moment; add a `where`, and `group by b.id`. */
export const SELECT_BATCH = `
  select b.*,
         coalesce(sum(c.pending), 0) as pending, coalesce(sum(c.processing), 0) as processing,
         coalesce(sum(c.completed), 0) as completed, coalesce(sum(c.failed), 0) as failed,
         coalesce(sum(c.cancelled), 0) as cancelled, coalesce(sum(c.skipped), 0) as skipped,
         coalesce(sum(c.discovered), 0) as discovered,
         b.version + coalesce(sum(c.version), 0) as shown_version
    from batches b left join batch_counts c on c.batch_id = b.id`;

export interface BatchRow {
  id: number;
  project_id: number;
  workload: string;
  name: string | null;
  status: BatchStatus;
  source_kind: Batch['source']['kind'];
  source_detail: string | null;
  priority: number;
  pace_ms: number;
  concurrency: number | null;
  key_id: number | null;
  request_id: string | null;
  trace_parent: string | null;
  max_attempts: number;
  options: string;
  metadata: string;
  round: number;
  next_seq: number;
  paced_until: number;
  held_until: number;
  held_why: string | null;
  unfinished: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  pending: number;
  processing: number;
  completed: number;
  failed: number;
  cancelled: number;
  skipped: number;
  discovered: number;
  shown_version: number;
}

export function toBatch(given: unknown): Batch {
  const row = given as BatchRow;
  return {
    id: row.id,
    projectId: row.project_id,
    workload: row.workload,
    name: row.name,
    status: row.status,
    source: { kind: row.source_kind, detail: row.source_detail },
    priority: row.priority,
    paceMs: row.pace_ms,
    concurrency: row.concurrency,
    keyId: row.key_id,
    requestId: row.request_id,
    traceParent: row.trace_parent,
    maxAttempts: row.max_attempts,
    options: JSON.parse(row.options),
    metadata: JSON.parse(row.metadata),
    round: row.round,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    counts: {
      pending: row.pending,
      processing: row.processing,
      completed: row.completed,
      failed: row.failed,
      cancelled: row.cancelled,
      skipped: row.skipped,
    },
    discovered: row.discovered,
    version: row.shown_version,
    hold: row.held_why === null ? null : { until: row.held_until, error: JSON.parse(row.held_why) },
    unfinished: row.unfinished === null ? null : JSON.parse(row.unfinished),
  };
}
