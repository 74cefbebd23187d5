import { z } from 'zod';
import { Step } from './step.ts';
import { AnyObject, BatchId, Count, ItemId, PageQuery, pageOf, queryNumber, Time } from './scalars.ts';

export const ItemStatus = z
  .enum(['pending', 'processing', 'completed', 'failed', 'cancelled', 'skipped'])
  .meta({ id: 'ItemStatus' });
export type ItemStatus = z.infer<typeof ItemStatus>;

export const ItemError = z
  .object({ code: z.string().meta({ example: 'broken_file' }), message: z.string() })
  .meta({ id: 'ItemError' });

export const Item = z
  .object({
    id: ItemId,
    batchId: BatchId,
    seq: Count.meta({ description: 'Position in the batch.' }),
    parentId: ItemId.nullable().meta({ description: 'The item whose run discovered it.' }),
    depth: Count.meta({ description: 'Levels of discovery above it.' }),
    workload: z.string(),
    status: ItemStatus,
    description: z.string().meta({ description: 'One line that tells a person what the item is.' }),
    payload: AnyObject,
    priority: z.number().int(),
    failures: Count.meta({ description: 'Attempts that ended in an error.' }),
    losses: Count.meta({ description: 'Times the process that ran it went away; counted apart.' }),
    availableAt: Time.nullable().meta({ description: 'Not before this time; null: at once.' }),
    reason: z.string().nullable().meta({ description: 'Why it was skipped.' }),
    error: ItemError.nullable(),
    result: AnyObject.nullable(),
    createdAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Item', description: 'One unit of work in a batch.' });
export type Item = z.infer<typeof Item>;

export const Waiting = z
  .object({
    why: z.enum(['paused', 'held', 'backoff', 'pace', 'batch_limit', 'position', 'no_workers']),
    ahead: Count.meta({ description: 'Items of its own batch that go first.' }),
    until: Time.nullable(),
  })
  .meta({ id: 'Waiting', description: 'Why an item is not running.' });

export const ItemDetail = Item.extend({
  attempts: z.array(z.object({ number: Count, startedAt: Time, endedAt: Time, error: ItemError })),
  waiting: Waiting.nullable(),
  stage: z.string().nullable().meta({
    description: 'What is being done with it now.',
    example: 'reading page 3 of 12',
  }),
  step: Step.nullable().meta({ description: 'The same as `stage`, as data.' }),
}).meta({ id: 'ItemDetail' });
export type ItemDetail = z.infer<typeof ItemDetail>;

export const ItemQuery = z.strictObject({
  ...PageQuery,
  status: ItemStatus.optional(),
  text: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Part of the payload or of the error, any case.' }),
  error: z.string().max(100).optional().meta({ description: 'Error code.' }),
  from: queryNumber(0, 2 ** 24)
    .optional()
    .meta({ description: 'Begin at this position (`seq`).' }),
  parent: ItemId.optional().meta({ description: 'What the run of this item discovered.' }),
  depth: queryNumber(0, 100)
    .optional()
    .meta({ description: 'Levels of discovery above it; 0: as submitted.' }),
});
export type ItemQuery = z.input<typeof ItemQuery>;

export const ItemPage = pageOf(Item).meta({ id: 'ItemPage' });
export type ItemPage = z.infer<typeof ItemPage>;

export const DeadLetterQuery = z.strictObject({
  ...PageQuery,
  batchId: BatchId.optional(),
  error: z.string().max(100).optional().meta({ description: 'Error code.' }),
  text: z.string().max(200).optional(),
});
export type DeadLetterQuery = z.input<typeof DeadLetterQuery>;

export const DeadLetters = pageOf(Item)
  .extend({
    groups: z
      .array(z.object({ code: z.string(), count: Count, sample: z.string(), newestAt: Time }))
      .meta({ description: 'All failed items of the project by error code, most first.' }),
  })
  .meta({
    id: 'DeadLetters',
    description: 'Failed items: every attempt used up, or an error that no retry cures.',
  });
export type DeadLetters = z.infer<typeof DeadLetters>;

export const RetryDeadLetters = z
  .strictObject({
    batchId: BatchId.optional(),
    workload: z.string().max(40).optional(),
    error: z.string().max(100).optional().meta({ description: 'Error code.' }),
    text: z.string().max(200).optional(),
  })
  .meta({
    id: 'RetryDeadLetters',
    description: 'Which failed items; an empty object means all of the project.',
  });
export type RetryDeadLetters = z.input<typeof RetryDeadLetters>;
