import { z } from 'zod';
import { Batch, BatchStatus } from './batches.ts';
import { BatchId, Count } from './scalars.ts';

export type { EventName } from './event-names.ts';

/** What every event carries: the whole state, so that none of them has to be seen. */
export const Progress = z
  .object({
    id: BatchId,
    name: z.string().nullable(),
    workload: z.string(),
    version: Count,
    status: z.union([BatchStatus, z.literal('deleted')]),
    total: Count,
    processed: Count,
    completed: Count,
    failed: Count,
    skipped: Count,
    cancelled: Count,
    discovered: Count,
    expectedTotal: Count.nullable(),
    ratePerSecond: z.number().nullable(),
    etaSeconds: z.number().nullable(),
    current: Batch.shape.current,
    hold: Batch.shape.hold,
  })
  .meta({ id: 'Progress', description: 'A snapshot of a batch: the data of every server-sent event.' });
export type Progress = z.infer<typeof Progress>;

export const EventsQuery = z.strictObject({
  batches: z
    .string()
    .regex(/^bat_[0-9a-z]+(,bat_[0-9a-z]+)*$/, 'Must be batch ids with commas between them')
    .meta({ description: 'Batch ids with commas between them, at most 50.', example: 'bat_1k,bat_1m' }),
});
export type EventsQuery = z.input<typeof EventsQuery>;
