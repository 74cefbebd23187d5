import { z } from 'zod';
import { InputProblem } from './problem.ts';
import { Step } from './step.ts';
import {
  AnyJson,
  AnyObject,
  BatchId,
  Count,
  Metadata,
  metadataQuery,
  PageQuery,
  pageOf,
  Priority,
  queryNumber,
  Time,
} from './scalars.ts';

export const BatchStatus = z
  .enum(['processing', 'paused', 'completed', 'cancelled'])
  .meta({ id: 'BatchStatus' });
export type BatchStatus = z.infer<typeof BatchStatus>;

export const SourceKind = z
  .enum(['typed', 'upload', 'api', 'cli', 'schedule', 'discovery', 'reindex', 'rewarm', 'ask'])
  .meta({ id: 'SourceKind' });

export const Workload = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'Must be the name of a workload, such as "answers"')
  .meta({ description: 'Which kind of work.', example: 'answers' });

export const Counts = z
  .object({
    pending: Count,
    processing: Count,
    completed: Count,
    failed: Count,
    cancelled: Count,
    skipped: Count,
  })
  .meta({ id: 'Counts', description: 'Items by status; `total` is their sum.' });

export const CurrentItem = z
  .object({
    id: z.string(),
    description: z.string(),
    startedAt: Time,
    stage: z.string().nullable().meta({ example: 'reading page 3 of 12' }),
    step: Step.nullable().meta({ description: 'The same as `stage`, as data.' }),
  })
  .meta({ id: 'CurrentItem', description: 'An item that is being worked on.' });

export const Batch = z
  .object({
    id: BatchId,
    workload: Workload,
    name: z.string().nullable(),
    status: BatchStatus,
    source: z.object({
      kind: SourceKind,
      detail: z.string().nullable().meta({ description: 'File name of an upload.' }),
    }),
    requestId: z.string().nullable().meta({
      description:
        'The `X-Request-Id` of the call that made it, which the log lines of its items and the calls to models for them bear too; null: no call did.',
    }),
    priority: z.number().int(),
    paceMs: Count.meta({ description: 'Least time between the starts of two of its items.' }),
    concurrency: Count.nullable().meta({
      description: 'How many of its items may run at once; null: no own limit.',
    }),
    maxAttempts: Count,
    options: AnyObject,
    metadata: AnyObject,
    round: Count.meta({ description: 'Raised by each retry that re-opened it.' }),
    version: Count.meta({
      description: 'Grows with every visible change; what `sinceVersion` and event ids mean.',
    }),
    total: Count,
    processed: Count,
    counts: Counts,
    discovered: Count.meta({ description: 'Items that runs discovered, among the others in `total`.' }),
    expectedTotal: Count.nullable().meta({
      description: 'What `total` will come to, as far as earlier runs tell; null when nothing tells.',
    }),
    ratePerSecond: z.number().nullable(),
    etaSeconds: z.number().nullable(),
    current: z.array(CurrentItem),
    hold: z.object({ until: Time, code: z.string(), message: z.string() }).nullable().meta({
      description:
        'What its items need (a model, a source) is down: none starts before `until`, and no attempt is counted. A resume lets it go at once.',
    }),
    isSettling: z.boolean().meta({ description: 'A cancel or retry still has rows to move.' }),
    createdAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Batch', description: 'One submission to one workload.' });
export type Batch = z.infer<typeof Batch>;

export const Submitted = Batch.extend({
  invalid: Count.meta({ description: 'Rows left out by `onInvalid: "skip"`.' }),
  problems: z.array(InputProblem).meta({ description: 'The first 100 of them.' }),
}).meta({ id: 'SubmittedBatch' });
export type Submitted = z.infer<typeof Submitted>;

/** Settings that a JSON submission has as fields and an upload as form fields or query parameters. */
export const MAX_PACE_MS = 3_600_000;
export const MAX_CONCURRENCY = 1_000;
export const MAX_ATTEMPTS = 20;

const SETTINGS = {
  name: z.string().trim().min(1).max(200).optional(),
  priority: Priority.optional(),
  paceMs: z.number().int().min(0).max(MAX_PACE_MS).optional(),
  concurrency: z.number().int().min(1).max(MAX_CONCURRENCY).optional(),
  maxAttempts: z.number().int().min(1).max(MAX_ATTEMPTS).optional(),
  options: AnyObject.optional().meta({
    description: '`onInvalid`: "reject" (default) or "skip"; and what the workload knows.',
    example: { onInvalid: 'skip' },
  }),
  metadata: Metadata.optional(),
  source: z
    .enum(['api', 'cli', 'typed', 'schedule'])
    .optional()
    .meta({ description: 'Who asks; `api` when absent.' }),
};

export const SubmitBatch = z
  .strictObject({
    workload: Workload,
    items: z
      .array(AnyJson)
      .min(1, 'Must hold at least one item')
      .meta({
        description: 'For `answers`: questions, as texts or as `{"question": …, "filter": {"tags": […]}}`.',
        example: ['How long is the warranty?'],
      }),
    ...SETTINGS,
  })
  .meta({ id: 'SubmitBatch' });
export type SubmitBatch = z.input<typeof SubmitBatch>;

function jsonText<T extends z.ZodType>(schema: T): z.ZodPreprocess<T> {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      context.issues.push({ code: 'custom', message: 'Must be JSON', input: value });
      return z.NEVER;
    }
  }, schema);
}

/** The same settings as texts: fields of a multipart form (before its files), or query parameters. */
export const UploadFields = z
  .strictObject({
    workload: Workload.optional(),
    name: SETTINGS.name,
    priority: z
      .preprocess(
        (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
        Priority,
      )
      .optional(),
    paceMs: queryNumber(0, MAX_PACE_MS).optional(),
    concurrency: queryNumber(1, MAX_CONCURRENCY).optional(),
    maxAttempts: queryNumber(1, MAX_ATTEMPTS).optional(),
    options: jsonText(AnyObject).optional().meta({ description: 'JSON object.' }),
    metadata: jsonText(Metadata).optional().meta({ description: 'JSON object.' }),
    source: SETTINGS.source,
  })
  .meta({ id: 'UploadFields' });
export type UploadFields = z.output<typeof UploadFields>;

export const Preview = z
  .object({
    workload: z.string(),
    total: Count,
    duplicates: Count,
    invalid: Count,
    problems: z.array(InputProblem),
    sample: z.array(z.object({ description: z.string(), duplicate: z.boolean() })),
  })
  .meta({ id: 'Preview', description: 'How an input would be read. Nothing was queued.' });
export type Preview = z.infer<typeof Preview>;

export const BatchQuery = z.strictObject({
  ...PageQuery,
  status: BatchStatus.optional(),
  workload: z.string().max(40).optional(),
  source: SourceKind.optional(),
  requestId: z.string().max(64).optional().meta({
    description: 'Made by the call with this `X-Request-Id`; then asks in the background are listed too.',
  }),
  text: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Part of the name or of the file name, any case.' }),
  metadata: metadataQuery,
});
export type BatchQuery = z.input<typeof BatchQuery>;

export const BatchPage = pageOf(Batch).meta({ id: 'BatchPage' });
export type BatchPage = z.infer<typeof BatchPage>;

export const WaitQuery = z.strictObject({
  waitSeconds: queryNumber(0, 60).default(0).meta({
    description: 'Answer only once the version is above `sinceVersion`, or after this many seconds.',
  }),
  sinceVersion: queryNumber(0, Number.MAX_SAFE_INTEGER).optional(),
});
export type WaitQuery = z.input<typeof WaitQuery>;

export const ChangeBatch = z
  .strictObject({
    name: z.string().trim().min(1).max(200).nullable().optional(),
    priority: Priority.optional(),
    paceMs: z.number().int().min(0).max(MAX_PACE_MS).optional(),
    concurrency: z.number().int().min(1).max(MAX_CONCURRENCY).nullable().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'Name at least one thing to change')
  .meta({ id: 'ChangeBatch' });
export type ChangeBatch = z.input<typeof ChangeBatch>;

export const RetryBatch = z
  .strictObject({
    statuses: z
      .array(z.enum(['failed', 'cancelled']))
      .min(1)
      .default(['failed']),
  })
  .meta({ id: 'RetryBatch' });
export type RetryBatch = z.input<typeof RetryBatch>;

const ADD_OPTIONS = z.strictObject({ onInvalid: z.enum(['reject', 'skip']).optional() }).meta({
  description: '`onInvalid`: "reject" (default) or "skip". All else is as the batch was submitted.',
});

export const AddItems = z
  .strictObject({
    items: z.array(AnyJson).min(1, 'Must hold at least one item'),
    options: ADD_OPTIONS.optional(),
  })
  .meta({ id: 'AddItems', description: 'At most 10,000 at a time.' });
export type AddItems = z.input<typeof AddItems>;

/** What goes with files that are added. */
export const AddFields = z
  .strictObject({ options: jsonText(ADD_OPTIONS).optional().meta({ description: 'JSON object.' }) })
  .meta({ id: 'AddFields' });
export type AddFields = z.output<typeof AddFields>;

export const Added = z
  .object({
    batch: Batch,
    added: Count,
    duplicates: Count,
    invalid: Count,
    problems: z.array(InputProblem),
  })
  .meta({ id: 'AddedItems' });
export type Added = z.infer<typeof Added>;
