import { z } from 'zod';
import { Count, pageOf, Time, WorkerId } from './scalars.ts';

export const Worker = z
  .object({
    id: WorkerId,
    host: z.string(),
    pid: Count,
    version: z.string(),
    role: z.enum(['server', 'worker']).meta({ description: 'A server answers requests too.' }),
    isDraining: z.boolean().meta({ description: 'It finishes what it has and takes no more.' }),
    startedAt: Time,
    heartbeatAt: Time,
    leaseUntil: Time,
    itemsInHand: Count,
  })
  .meta({ id: 'Worker', description: 'A process that works on items.' });
export type Worker = z.infer<typeof Worker>;

export const WorkerPage = pageOf(Worker).meta({ id: 'WorkerPage' });
export type WorkerPage = z.infer<typeof WorkerPage>;

export const Stats = z
  .object({
    queue: z.object({
      batchesOpen: Count,
      pending: Count,
      processing: Count,
      deadLetters: Count,
      isAlarming: z.boolean().meta({ description: 'More dead letters than PREHEAT_ALERT_DEAD_LETTERS.' }),
    }),
    answers: z.object({
      total: Count,
      notFound: Count,
      expired: Count,
      suspect: Count.meta({
        description: 'Last looked at before the documents changed: looked at again before they are given.',
      }),
      expiring: Count.meta({ description: 'With an answer, and expiring within a day.' }),
      hits: Count.meta({ description: 'In the last 7 days; so are the misses and what was saved.' }),
      misses: Count,
      savedMs: z.number().meta({ description: 'What the hits would have taken to make again.' }),
      savedTokens: Count.meta({ description: 'What the hits would have taken of the models.' }),
    }),
    documents: z.object({
      total: Count,
      chunks: Count,
      corpusVersion: Count.meta({ description: 'Counts the published changes of documents.' }),
    }),
  })
  .meta({ id: 'Stats' });
export type Stats = z.infer<typeof Stats>;

export const HourQuery = z.object({
  hours: z.coerce.number().int().min(1).max(8_784).default(24).meta({ description: 'How far back to look.' }),
});
export type HourQuery = z.input<typeof HourQuery>;

export const Hour = z
  .object({
    hour: Time.meta({ description: 'When the hour began.' }),
    completed: Count,
    failed: Count,
    skipped: Count,
    hits: Count,
    misses: Count,
    savedMs: z.number().meta({ description: 'What the hits would have taken to make again.' }),
    savedTokens: Count.meta({ description: 'What the hits would have taken of the models.' }),
    figures: z
      .record(z.string(), z.number())
      .meta({ description: 'What runs counted, by name: `authors`, `works`, `calls`, `saved`.' }),
  })
  .meta({ id: 'Hour', description: 'What happened within one hour.' });
export type Hour = z.infer<typeof Hour>;

export const HourPage = pageOf(Hour).meta({ id: 'HourPage' });
export type HourPage = z.infer<typeof HourPage>;

export const Live = z.object({ status: z.literal('live'), version: z.string() }).meta({ id: 'Live' });
export type Live = z.infer<typeof Live>;

export const ModelState = z
  .object({
    role: z.enum(['generator', 'embedder', 'judge']),
    name: z.string(),
    breaker: z.enum(['closed', 'open', 'trying']).meta({
      description:
        '`open`: it failed too often and is left alone until `retryAt`. `trying`: the next call decides.',
    }),
    retryAt: Time.nullable(),
    inFlight: Count,
    waiting: Count,
    calls: Count,
    failures: Count,
    lastError: z.string().nullable(),
  })
  .meta({ id: 'ModelState', description: 'A model outside the server, and how it does.' });
export type ModelState = z.infer<typeof ModelState>;

export const ServiceState = z
  .object({
    name: z.string(),
    isUp: z.boolean(),
    why: z.string().nullable().meta({ description: 'Why it is not up.' }),
    product: z.string().nullable(),
    usedBytes: Count.nullable(),
    maxBytes: Count.nullable().meta({ description: 'Null: no limit but the memory of its machine.' }),
    isFilling: z.boolean().meta({ description: 'Its memory is nearly full, and it may throw out nothing.' }),
    mayEvict: z.boolean().nullable().meta({ description: 'When it is full it throws out what it holds.' }),
    evictedKeys: Count.nullable().meta({ description: 'Since it started.' }),
    clients: Count.nullable().meta({ description: 'Connections to it, of everybody.' }),
    commandsPerSecond: Count.nullable(),
    latencyMs: z.number().nullable(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'ServiceState', description: 'A server that this one uses, such as Redis, and how it does.' });
export type ServiceState = z.infer<typeof ServiceState>;

export const Ready = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    version: z.string(),
    engine: z.enum(['embedded', 'bullmq']),
    engineTrouble: z.object({ why: z.string(), since: Time }).nullable().meta({
      description:
        'Redis is set up and away: this process claims its items itself until it is back. Null otherwise.',
    }),
    parts: z.array(z.object({ name: z.string(), isUp: z.boolean(), detail: z.string() })),
    models: z.array(ModelState),
  })
  .meta({ id: 'Ready' });
export type Ready = z.infer<typeof Ready>;

export const System = z
  .object({
    version: z.string(),
    runtime: z.string(),
    engine: z.enum(['embedded', 'bullmq']),
    store: z.object({ kind: z.string(), version: z.string(), bytes: Count }),
    services: z.array(ServiceState),
    models: z.object({ generator: z.string(), embedder: z.string() }),
    settings: z.array(
      z.object({
        name: z.string(),
        value: z.string().nullable().meta({ description: 'Null where it may be secret.' }),
        isDefault: z.boolean(),
        meaning: z.string(),
      }),
    ),
  })
  .meta({ id: 'System', description: 'What this server is made of, and the settings it runs with.' });
export type System = z.infer<typeof System>;
