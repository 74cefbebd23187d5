import { z } from 'zod';
import { ProjectName } from './projects.ts';
import { AlertId, PageQuery, pageOf, queryBoolean, Time } from './scalars.ts';

export const Alert = z
  .object({
    id: AlertId,
    project: ProjectName.nullable().meta({ description: 'null: it is about the server.' }),
    kind: z
      .enum([
        'dead_letters',
        'backlog',
        'cold',
        'budget',
        'webhook_off',
        'breaker',
        'memory',
        'disk',
        'redis_memory',
      ])
      .meta({ description: '`cold`: too few asks were warm while something was warmed.' }),
    message: z.string().meta({ description: 'What is the matter, and what to do.' }),
    value: z.number().meta({ description: 'As it was when it was raised.' }),
    threshold: z.number(),
    raisedAt: Time,
    clearedAt: Time.nullable().meta({ description: 'null: it is not over.' }),
  })
  .meta({ id: 'Alert', description: 'Something that needs a person: raised once, cleared when it is over.' });
export type Alert = z.infer<typeof Alert>;

export const AlertQuery = z.strictObject({ ...PageQuery, open: queryBoolean.optional() });
export type AlertQuery = z.input<typeof AlertQuery>;

export const AlertPage = pageOf(Alert).meta({ id: 'AlertPage' });
export type AlertPage = z.infer<typeof AlertPage>;
