import type { Statements } from '#clients/postgres.ts';
import type { CountChanges } from '../sql/count-changes.ts';

/**
 * The rows of `batch_counts` and `hours` that this process adds to. Chosen at random among a few, since a slot of
 * its own for each process that ever was would pile up; two that share one only wait for each other now and then.
 * Claims and settles of one process run at once, and have one each.
 */
export interface Slots {
  readonly claims: number;
  readonly settles: number;
  readonly others: number;
}

const PROCESSES = 16;

export function chooseSlots(random: () => number = Math.random): Slots {
  const base = Math.floor(random() * PROCESSES) * 3;
  return { claims: base, settles: base + 1, others: base + 2 };
}

/** What follows `insert into batch_counts as c (…) select …`: rows come in order of their batch, so that two never wait crosswise. */
export const ADD_COUNTS = `
  on conflict (batch_id, slot) do update set
    pending = c.pending + excluded.pending,
    processing = c.processing + excluded.processing,
    completed = c.completed + excluded.completed,
    failed = c.failed + excluded.failed,
    cancelled = c.cancelled + excluded.cancelled,
    skipped = c.skipped + excluded.skipped,
    version = c.version + 1`;

export const INSERT_COUNTS = `
  insert into batch_counts as c (batch_id, slot, pending, processing, completed, failed, cancelled, skipped, version)`;

const SAVE = `
  ${INSERT_COUNTS}
  select *, 1 from unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
  ${ADD_COUNTS}`;

/** Every write raises the slot's version, and so the batch's. */
export async function saveCounts(tx: Statements, slot: number, changes: CountChanges): Promise<void> {
  const entries = [...changes.entries()].sort(([a], [b]) => a - b);
  if (entries.length === 0) return;
  const column = (status: keyof (typeof entries)[0][1]): number[] =>
    entries.map(([, counts]) => counts[status]);
  await tx.run(SAVE, [
    entries.map(([batchId]) => batchId),
    entries.map(() => slot),
    column('pending'),
    column('processing'),
    column('completed'),
    column('failed'),
    column('cancelled'),
    column('skipped'),
  ]);
}
