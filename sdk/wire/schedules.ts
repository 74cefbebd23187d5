import { z } from 'zod';
import { MAX_PACE_MS, Workload } from './batches.ts';
import {
  AnyJson,
  AnyObject,
  BatchId,
  Count,
  PageQuery,
  pageOf,
  Priority,
  ScheduleId,
  Time,
} from './scalars.ts';

const Name = z.string().trim().min(1).max(200);
const Cron = z.string().max(100).meta({
  description: 'Minute, hour, day of month, month, day of week.',
  example: '0 3 * * 1-5',
});
const TimeZone = z.string().max(60).meta({ description: 'IANA name.', example: 'Europe/Berlin' });
const PaceMs = z.number().int().min(0).max(MAX_PACE_MS).nullable();
const Items = z
  .array(AnyJson)
  .min(1)
  .meta({
    description: 'As in a submission: for `answers`, questions.',
    example: ['Who founded the company?'],
  });

export const Schedule = z
  .object({
    id: ScheduleId,
    name: z.string(),
    cron: Cron,
    timeZone: TimeZone,
    isOn: z.boolean(),
    workload: Workload,
    itemCount: Count,
    priority: z.number().int(),
    paceMs: Count.nullable(),
    options: AnyObject,
    nextAt: Time.nullable().meta({ description: 'When it is due; null while it is off.' }),
    lastRun: z
      .object({
        dueAt: Time,
        startedAt: Time,
        batchId: BatchId.nullable(),
        error: z.string().nullable().meta({ description: 'Why nothing was submitted.' }),
      })
      .nullable(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Schedule', description: 'A saved set of questions that becomes a batch again and again.' });
export type Schedule = z.infer<typeof Schedule>;

export const ScheduleDetail = Schedule.extend({ items: z.array(AnyJson) }).meta({ id: 'ScheduleDetail' });
export type ScheduleDetail = z.infer<typeof ScheduleDetail>;

export const ScheduleQuery = z.strictObject(PageQuery);
export type ScheduleQuery = z.input<typeof ScheduleQuery>;

export const SchedulePage = pageOf(Schedule).meta({ id: 'SchedulePage' });
export type SchedulePage = z.infer<typeof SchedulePage>;

export const CreateSchedule = z
  .strictObject({
    name: Name,
    cron: Cron,
    timeZone: TimeZone.default('UTC'),
    isOn: z.boolean().default(true),
    workload: Workload.default('answers'),
    items: Items.optional(),
    batchId: BatchId.optional().meta({ description: 'Takes over the items of this batch.' }),
    priority: Priority.default(0),
    paceMs: PaceMs.default(null),
    options: AnyObject.default({}).meta({ example: { refresh: true } }),
  })
  .refine(
    ({ items, batchId }) => (items === undefined) !== (batchId === undefined),
    'Give either items or batchId',
  )
  .meta({ id: 'CreateSchedule' });
export type CreateSchedule = z.input<typeof CreateSchedule>;

export const ChangeSchedule = z
  .strictObject({
    name: Name.optional(),
    cron: Cron.optional(),
    timeZone: TimeZone.optional(),
    isOn: z.boolean().optional(),
    items: Items.optional(),
    priority: Priority.optional(),
    paceMs: PaceMs.optional(),
    options: AnyObject.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'Name at least one thing to change')
  .meta({ id: 'ChangeSchedule' });
export type ChangeSchedule = z.input<typeof ChangeSchedule>;

export const Forecast = z
  .object({
    runsAt: z.array(Time).meta({ description: 'The next few.' }),
    runsPerMonth: Count,
    toMake: Count.meta({
      description: 'Answers that the next run will have to make; the others will be warm.',
    }),
    known: Count.meta({ description: 'Answers that the averages come from.' }),
    tokens: Count.nullable().meta({ description: 'Of one run; null when nothing is known yet.' }),
    seconds: Count.nullable().meta({ description: 'Work of one run, one answer after another.' }),
  })
  .meta({ id: 'Forecast', description: 'What a schedule will probably cost.' });
export type Forecast = z.infer<typeof Forecast>;
