import { z } from 'zod';
import { BatchId, Count, OperationId, Time } from './scalars.ts';
import { BatchStatus } from './batches.ts';
import { ItemStatus } from './items.ts';

export const OperationFilter = z
  .strictObject({
    batchId: BatchId.optional(),
    batchStatus: BatchStatus.optional(),
    itemStatus: ItemStatus.optional(),
    workload: z.string().max(40).optional(),
    text: z.string().max(200).optional(),
    error: z.string().max(100).optional().meta({ description: 'Error code of items.' }),
    metadata: z.record(z.string(), z.string()).optional(),
  })
  .meta({
    id: 'OperationFilter',
    description:
      'Everything named must match; an empty filter matches all. What cannot restrict the kind is refused: batches know batchStatus, workload, text, metadata, or batchId with batchStatus and workload; items know batchId, itemStatus, workload, text, error.',
  });

export const StartOperation = z
  .discriminatedUnion('on', [
    z.strictObject({
      on: z.literal('batches'),
      action: z.enum(['pause', 'resume', 'cancel', 'retry', 'delete']),
      filter: OperationFilter,
    }),
    z.strictObject({ on: z.literal('items'), action: z.enum(['retry', 'delete']), filter: OperationFilter }),
  ])
  .meta({ id: 'StartOperation' });
export type StartOperation = z.input<typeof StartOperation>;

export const Operation = z
  .object({
    id: OperationId,
    on: z.enum(['batches', 'items']),
    action: z.enum(['pause', 'resume', 'cancel', 'retry', 'delete']),
    filter: OperationFilter,
    status: z.enum(['processing', 'completed']),
    matched: Count,
    changed: Count,
    refused: Count.meta({ description: 'Matched, and could not be changed; `note` says why.' }),
    note: z.string().nullable(),
    undoes: OperationId.nullable().meta({ description: 'The operation that this one takes back.' }),
    canUndo: z
      .boolean()
      .meta({ description: 'It paused, resumed or cancelled batches, and was not taken back yet.' }),
    createdAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({
    id: 'Operation',
    description: 'An action on everything that matches a filter, with its own progress.',
  });
export type Operation = z.infer<typeof Operation>;
