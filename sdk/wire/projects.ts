import { z } from 'zod';
import { Caps, ChosenRates, RateList, TokensPerDay } from './limits.ts';
import { Count, pageOf, ProjectId, Time } from './scalars.ts';

export const ProjectName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'Must be 1 to 63 of a–z, 0–9 and hyphens, and begin with a letter or digit',
  );

export const Project = z
  .object({ id: ProjectId, name: ProjectName, corpusVersion: Count, createdAt: Time })
  .meta({ id: 'Project', description: 'The isolation boundary: everything else belongs to exactly one.' });
export type Project = z.infer<typeof Project>;

export const ProjectPage = pageOf(Project).meta({ id: 'ProjectPage' });
export type ProjectPage = z.infer<typeof ProjectPage>;

export const BroughtIn = z
  .object({
    project: Project,
    counts: z
      .record(z.string(), Count)
      .meta({ description: 'What came, by kind: `documents`, `answers`, …' }),
  })
  .meta({ id: 'BroughtIn', description: 'A project that was brought in from a copy.' });
export type BroughtIn = z.infer<typeof BroughtIn>;

export const CreateProject = z.strictObject({ name: ProjectName }).meta({ id: 'CreateProject' });
export type CreateProject = z.input<typeof CreateProject>;

const KEY_NAME = z
  .string()
  .regex(/^PREHEAT_MODEL_KEY_[A-Z0-9_]{1,40}$/, 'Must be the name of a setting PREHEAT_MODEL_KEY_…')
  .meta({
    description:
      'Name of the setting of the server that holds the key, `PREHEAT_MODEL_KEY_…`. Keys themselves are never sent or stored.',
    example: 'PREHEAT_MODEL_KEY_SUPPORT',
  });

const PRICE = z.number().min(0).max(1_000_000).nullable();

export const ModelChoice = z
  .strictObject({
    model: z.string().min(1).max(200).meta({
      description:
        '`extractive`, `lexical`, or `<provider>:<model>` with the provider `openai`, `google` or `local`.',
      example: 'openai:gpt-4o-mini',
    }),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'Must not hold a name or key')
      .nullable()
      .default(null)
      .meta({
        description:
          "null: the provider's, or the server's own. With an address of its own, the server's key is not used.",
      }),
    keyName: KEY_NAME.nullable().default(null),
    dimensions: z.number().int().min(1).max(16_384).nullable().default(null),
    timeoutSeconds: z.number().int().min(1).max(3_600).nullable().default(null),
    concurrency: z.number().int().min(1).max(1_000).nullable().default(null),
    inputPrice: PRICE.default(null).meta({ description: 'Per million tokens.' }),
    outputPrice: PRICE.default(null).meta({ description: 'Per million tokens.' }),
  })
  .meta({ id: 'ModelChoice' });
export type ModelChoice = z.input<typeof ModelChoice>;

const LAYER = z.string().trim().max(8_000).nullable();

const Prompts = z.object({
  product: LAYER.meta({ description: "How to answer from passages; null: Preheat's own words." }),
  project: LAYER.meta({ description: 'What is special about this project.' }),
  workloads: z.object({ answers: LAYER }),
});

const FALLBACK = z.enum(['extractive', 'none']);

const STALE = z.enum(['wait', 'serve']).meta({
  description:
    'What happens to an ask whose kept answer is past its time or older than the documents. `wait`: it waits for the new one; `serve`: it gets the old one at once, with `cache.status` `stale`, while the new one is made; null: `wait`.',
});

const Rewarm = z.strictObject({
  tokensPerDay: z.number().int().min(0).max(1e12).nullable().default(null).meta({
    description:
      'Tokens that answers may cost in 24 hours which the server makes again by itself. 0: it makes none; null: as the server has it.',
  }),
  warmsMisses: z
    .boolean()
    .default(false)
    .meta({ description: 'Popular questions that the cache had no answer to are warmed too.' }),
});

const Tokens = TokensPerDay.meta({
  description:
    'Tokens that models may take in a day (UTC) for its answers; 0: as many as are wanted; null: as the server has it.',
});
const CatalogueChoice = z
  .strictObject({ preset: z.enum(['gentle', 'normal', 'eager']) })
  .meta({ description: 'How lists of books run where a batch names no preset.' });

const percent = (least: number) => z.number().int().min(least).max(100).nullable().default(null);

const AlertThresholds = z
  .strictObject({
    deadLetters: z.number().int().min(0).max(1_000_000).nullable().default(null).meta({
      description: 'More dead letters than this.',
    }),
    backlog: z.number().int().min(0).max(1e9).nullable().default(null).meta({
      description: 'More items than this that have waited for a minute.',
    }),
    hitPercent: percent(0).meta({
      description: 'A hit rate under this within the hour, while something is warmed; 0: none is.',
    }),
    budgetPercent: percent(1).meta({
      description: 'More than this of a budget of tokens.',
    }),
  })
  .meta({
    id: 'AlertThresholds',
    description:
      'From where on something of the project is an alert; null: as the server has it. Webhooks and mail addresses that want `alert.raised` are told.',
  });

export const ProjectDetail = Project.extend({
  settings: z.object({
    generator: ModelChoice.nullable(),
    embedder: ModelChoice.nullable(),
    prompts: Prompts,
    fallback: FALLBACK.nullable(),
    stale: STALE.nullable(),
    rewarm: Rewarm.nullable(),
    rates: ChosenRates.nullable(),
    tokensPerDay: Tokens,
    catalogue: CatalogueChoice.nullable(),
    caps: Caps.nullable(),
    alerts: AlertThresholds.nullable(),
  }),
  effective: z
    .object({
      generator: z.string(),
      embedder: z.object({
        serving: z
          .string()
          .nullable()
          .meta({ description: 'Whose vectors the index holds; null: nothing was indexed yet.' }),
        wanted: z.string().meta({ description: 'While it is another one, a batch makes the index anew.' }),
      }),
      fallback: FALLBACK,
      stale: STALE,
      rewarm: z.object({
        tokensPerDay: Count,
        tokensSpent: Count.meta({ description: 'In the last 24 hours.' }),
        warmsMisses: z.boolean(),
      }),
      rates: z
        .object({ key: RateList, user: RateList, project: RateList, ip: RateList })
        .meta({ description: 'How often each key, user and address may call, and all together.' }),
      caps: z
        .object({
          pending: Count.nullable(),
          concurrency: Count.nullable(),
          cachedBytes: Count.nullable(),
          documents: Count.nullable(),
        })
        .meta({ description: 'How much it may hold; null: any amount.' }),
      alerts: z
        .object({ deadLetters: Count, backlog: Count, hitPercent: Count, budgetPercent: Count })
        .meta({ description: 'From where on something is an alert.' }),
      tokens: z.object({
        perDay: Count.nullable().meta({ description: 'null: as many as are wanted.' }),
        spent: Count.meta({ description: 'Since midnight, UTC.' }),
      }),
      productPrompt: z
        .string()
        .meta({ description: "Preheat's own words for the first layer of the prompt." }),
    })
    .meta({ description: "What the settings come to with the server's own." }),
}).meta({ id: 'ProjectDetail', description: 'A project with its settings.' });
export type ProjectDetail = z.output<typeof ProjectDetail>;

export const ChangeProject = z
  .strictObject({
    generator: ModelChoice.nullable().optional(),
    embedder: ModelChoice.nullable().optional(),
    prompts: z
      .strictObject({
        product: LAYER.optional(),
        project: LAYER.optional(),
        workloads: z.strictObject({ answers: LAYER.optional() }).optional(),
      })
      .optional(),
    fallback: FALLBACK.nullable().optional(),
    stale: STALE.nullable().optional(),
    rewarm: Rewarm.nullable().optional(),
    rates: ChosenRates.nullable().optional(),
    tokensPerDay: Tokens.optional(),
    catalogue: CatalogueChoice.nullable().optional(),
    caps: Caps.nullable().optional(),
    alerts: AlertThresholds.nullable().optional(),
  })
  .meta({ id: 'ChangeProject' });
export type ChangeProject = z.input<typeof ChangeProject>;
