import { z } from 'zod';

/** The small values that every other schema is made of. Ids are opaque outside: only their prefix may be read. */
function idOf(prefix: string, name: string): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z]{1,11}$`))
    .meta({ id: name, example: `${prefix}_1k` });
}

export const BatchId = idOf('bat', 'BatchId');
export const ItemId = idOf('itm', 'ItemId');
export const AskId = idOf('ask', 'AskId');
export const AnswerId = idOf('ans', 'AnswerId');
export const MissId = idOf('mis', 'MissId');
export const DocumentId = idOf('doc', 'DocumentId');
export const ChangeId = idOf('chg', 'ChangeId');
export const ChunkId = idOf('chk', 'ChunkId');
export const WorkerId = idOf('wrk', 'WorkerId');
export const OperationId = idOf('opr', 'OperationId');
export const ProjectId = idOf('prj', 'ProjectId');
export const ScheduleId = idOf('sch', 'ScheduleId');
export const KeyId = idOf('key', 'KeyId');
export const WebhookId = idOf('whk', 'WebhookId');
export const AlertId = idOf('alr', 'AlertId');
export const DeliveryId = idOf('dlv', 'DeliveryId');

export const Time = z.iso.datetime().meta({ id: 'Time', example: '2026-11-22T08:30:00.000Z' });

export const Count = z.number().int().nonnegative();

/** Any JSON value. Not `z.json()`: walking a large submission twice, recursively, would buy nothing. */
export const AnyJson = z.unknown().meta({ description: 'Any JSON value.' });

export const AnyObject = z.record(z.string(), z.unknown());

export const Metadata = z
  .record(z.string().min(1).max(64), z.union([z.string().max(500), z.number(), z.boolean()]))
  .refine((pairs) => Object.keys(pairs).length <= 32, 'At most 32 pairs')
  .meta({
    id: 'Metadata',
    description: "The caller's own words about a batch: at most 32 pairs, filterable.",
    example: { team: 'support', ticket: 4711 },
  });

const PRIORITY_WORDS: Readonly<Record<string, number>> = { normal: 0, high: 5 };

export const Priority = z
  .union([z.number().int().min(-10).max(10), z.enum(['normal', 'high'])], {
    error: 'Must be a whole number from -10 to 10, or "normal", or "high"',
  })
  .transform((priority) => (typeof priority === 'number' ? priority : (PRIORITY_WORDS[priority] ?? 0)))
  .meta({ description: '−10 to 10, higher first; or the words `normal` (0) and `high` (5).', example: 5 });

/** Numbers of a query string; not `z.coerce`, which takes an empty text for 0. */
export function queryNumber(min: number, max: number): z.ZodType<number, number | string> {
  return z
    .union([z.number(), z.string().regex(/^-?\d{1,15}$/, 'Must be a whole number')])
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max });
}

export const queryBoolean = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => value === true || value === 'true')
  .meta({ type: 'boolean' });

/** A flag that can only be set: what it would mean to name it and say no is nobody's guess. */
export const queryFlag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .refine((value) => value === true || value === 'true', 'Must be true, or absent')
  .transform(() => true as const)
  .meta({ type: 'boolean', enum: [true] });

export const PageQuery = {
  limit: queryNumber(1, 1000).default(100).meta({ description: 'Most rows of one page, at most 1,000.' }),
  cursor: z.string().min(1).max(500).optional().meta({ description: '`nextCursor` of the page before.' }),
};

/** `?metadata=key:value`, repeated for several pairs, all of which must match. */
export const metadataQuery = z
  .preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(z.string().regex(/^[^:]{1,64}:.{0,500}$/s, 'Must look like key:value')).max(32),
  )
  .optional()
  .meta({ description: '`key:value`; repeat it for several pairs, all of which must match.' });

export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Where the next page begins; null at the end.' }),
  });
}

/** A filter of lists of questions. */
export const QuestionPart = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Part of the question, any case.' });
