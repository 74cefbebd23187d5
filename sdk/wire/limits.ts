import { z } from 'zod';
import { Count, KeyId, Time } from './scalars.ts';

export const Rate = z
  .string()
  .regex(
    /^[1-9]\d{0,8}\/(?:second|minute|hour|day)(?: sliding)?$/,
    'Must be like 600/minute, 20/second or 600/minute sliding',
  )
  .meta({
    id: 'Rate',
    description:
      'So many calls in each second, minute, hour or day of the clock (UTC); `sliding`: in any window of that length.',
    example: '600/minute',
  });

export const RateList = z.array(Rate).max(8);

const CHOSEN = RateList.nullable();

export const ChosenRates = z
  .strictObject({
    key: CHOSEN.default(null).meta({ description: 'Each key, unless it has limits of its own.' }),
    user: CHOSEN.default(null).meta({ description: 'Each user that applications name.' }),
    project: CHOSEN.default(null).meta({ description: 'All calls to the project.' }),
    ip: CHOSEN.default(null).meta({ description: 'Each address.' }),
  })
  .meta({ id: 'ChosenRates', description: 'null: as the server has it; an empty list: no limit.' });

export const LimitUse = z
  .object({
    scope: z.enum(['key', 'user', 'project', 'ip']),
    who: z
      .string()
      .nullable()
      .meta({ description: "A key's name, a user or an address; null: the project itself." }),
    keyId: KeyId.nullable(),
    rate: Rate,
    limit: Count,
    used: Count.meta({ description: 'Where processes share limits: used, or set aside by one of them.' }),
    resetsAt: Time.meta({ description: 'When there is more.' }),
  })
  .meta({ id: 'LimitUse' });
export type LimitUse = z.infer<typeof LimitUse>;

export const TokensPerDay = z.number().int().min(0).max(1e12).nullable();

export const BudgetUse = z
  .object({
    scope: z.enum(['project', 'key']),
    who: z.string().nullable().meta({ description: "The key's name; null: the project itself." }),
    keyId: KeyId.nullable(),
    tokensPerDay: Count.nullable().meta({ description: 'null: there is no budget.' }),
    spent: Count.meta({ description: 'Since midnight, UTC.' }),
    reserved: Count.meta({ description: 'Set aside by calls that are under way.' }),
    resetsAt: Time,
  })
  .meta({ id: 'BudgetUse' });
export type BudgetUse = z.infer<typeof BudgetUse>;

const Cap = z.number().int().min(0).max(1e15).nullable().default(null);

export const Caps = z
  .strictObject({
    pending: Cap.meta({ description: 'Items that may wait.' }),
    concurrency: Cap.meta({ description: 'Items that may run at once, in all processes.' }),
    cachedBytes: Cap.meta({
      description: 'Cached answers, in bytes: beyond that what was used longest ago goes.',
    }),
    documents: Cap,
  })
  .meta({
    id: 'Caps',
    description: 'How much a project may hold. null: as the server has it; 0: any amount.',
  });

export const Holding = z
  .object({
    name: z.enum(['pending', 'concurrency', 'cachedBytes', 'documents', 'sharedBytes']).meta({
      description:
        '`sharedBytes`: in the Redis of REDIS_CACHE_URL, where PREHEAT_PROJECT_SHARED_CACHE_MIB limits it.',
    }),
    held: Count,
    cap: Count.nullable().meta({ description: 'null: any amount.' }),
  })
  .meta({ id: 'Holding' });
export type Holding = z.infer<typeof Holding>;

export const LimitUsePage = z
  .object({
    holdings: z
      .array(Holding)
      .meta({ description: 'What the project holds, and how much it may; a few seconds old.' }),
    items: z.array(LimitUse),
    budgets: z.array(BudgetUse).meta({ description: 'Tokens that models took today.' }),
    nextCursor: z.null(),
    sharing: z
      .object({
        kind: z.enum(['none', 'redis']),
        isUp: z.boolean(),
        processes: Count,
      })
      .meta({
        description:
          'Between whom limits are shared: `none`, each process counts for itself; `redis`, all together. While that is away each of the processes allows its part.',
      }),
  })
  .meta({ id: 'LimitUsePage' });
export type LimitUsePage = z.infer<typeof LimitUsePage>;
