import { z } from 'zod';
import { Counts, SourceKind, Submitted, UploadFields } from './batches.ts';
import { InputProblem } from './problem.ts';
import {
  AnyObject,
  BatchId,
  Count,
  Metadata,
  PageQuery,
  pageOf,
  Priority,
  queryBoolean,
  queryNumber,
  Time,
} from './scalars.ts';

const Estimate = z
  .object({
    authors: Count.meta({ description: 'Of the list, and those they are likely to lead to.' }),
    works: Count.nullable(),
    calls: Count.nullable(),
    seconds: Count.nullable(),
  })
  .meta({
    id: 'Estimate',
    description: 'From what earlier runs of the project showed; null where they showed nothing.',
  });
export type Estimate = z.infer<typeof Estimate>;

const MAX_CSV_CHARACTERS = 300 * 2 ** 20;

export const WarmCatalogue = z
  .strictObject({
    csv: z.base64().max(MAX_CSV_CHARACTERS).meta({
      description: 'The list of books, as a file, in base64.',
      example: 'dGl0bGUsYXV0aG9yCkR1bmUsRnJhbmsgSGVyYmVydA==',
    }),
    fileName: z.string().trim().min(1).max(200).default('list.csv'),
    maxDepth: z.number().int().min(0).max(3).optional(),
    priority: Priority.optional(),
    name: z.string().trim().min(1).max(200).optional(),
    options: AnyObject.optional(),
    metadata: Metadata.optional(),
  })
  .meta({ id: 'WarmCatalogue' });
export type WarmCatalogue = z.input<typeof WarmCatalogue>;

/** Fields of a form with a list of books. */
export const WarmFields = UploadFields.extend({ maxDepth: queryNumber(0, 3).optional() }).meta({
  id: 'WarmFields',
});
export type WarmFields = z.output<typeof WarmFields>;

export const WarmedCatalogue = Submitted.extend({
  authorsQueued: Count,
  estimatedWorks: Count.nullable(),
  estimatedDuration: Count.nullable().meta({
    description: 'In seconds; null until a run has shown how long one takes.',
  }),
}).meta({ id: 'WarmedCatalogue' });
export type WarmedCatalogue = z.infer<typeof WarmedCatalogue>;

export const ListPreview = z
  .object({
    format: z.string().meta({ description: 'Whose export it is; `unknown` when the columns were guessed.' }),
    columns: z.array(z.string()),
    mapping: AnyObject.meta({ description: 'Column by role: what was taken, or what is proposed.' }),
    needsMapping: z.boolean().meta({ description: 'Send `options.mapping` to say that the guess is right.' }),
    books: Count,
    authors: Count,
    leftOut: Count.meta({ description: 'Rows that name no author.' }),
    problems: z.array(InputProblem),
    sample: z
      .array(
        z.object({
          author: z.string(),
          books: Count,
          why: z.string(),
          levels: Count,
          alsoSpelled: z.array(z.string()),
        }),
      )
      .meta({ description: 'The first authors, in the order in which they would run.' }),
    estimate: Estimate,
  })
  .meta({ id: 'ListPreview', description: 'How a list of books would be read. Nothing was queued.' });
export type ListPreview = z.infer<typeof ListPreview>;

export const RecordKind = z.enum(['author', 'title', 'isbn']).meta({ id: 'RecordKind' });
export type RecordKind = z.infer<typeof RecordKind>;

const CatalogueRecord = z
  .object({
    kind: RecordKind,
    key: z.string(),
    name: z.string(),
    value: AnyObject.nullable().meta({ description: 'null: no source knows it.' }),
    source: z.string(),
    isStale: z.boolean(),
    fetchedAt: Time,
    expiresAt: Time,
  })
  .meta({ id: 'CatalogueRecord' });
export type CatalogueRecord = z.infer<typeof CatalogueRecord>;

export const CatalogueEntry = z
  .object({
    kind: RecordKind,
    key: z.string(),
    match: z
      .enum(['exact', 'near'])
      .meta({ description: '`near`: nobody knows the key, and this is spelled alike.' }),
    cache: z.object({
      status: z.enum(['hit', 'stale', 'miss']),
      source: z.string(),
      ageSeconds: z.number(),
      expiresAt: Time,
    }),
    items: z.array(AnyObject).meta({ description: 'Works of that title, or the one author or edition.' }),
    near: z.array(z.object({ key: z.string(), name: z.string() })),
  })
  .meta({ id: 'CatalogueEntry' });
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

export const LookUpQuery = z.strictObject({
  author: z.string().max(300).optional().meta({ description: 'Of a title: only works of this author.' }),
  cache: z
    .enum(['use', 'only', 'refresh'])
    .default('use')
    .meta({ description: '`only` asks no source; `refresh` asks one whatever is cached.' }),
});
export type LookUpQuery = z.input<typeof LookUpQuery>;

export const RecordQuery = z.strictObject({
  ...PageQuery,
  kind: RecordKind.default('title'),
  text: z.string().max(200).optional().meta({ description: 'Part of the name, any case.' }),
  known: queryBoolean.optional().meta({ description: 'Without those that no source knows.' }),
});
export type RecordQuery = z.input<typeof RecordQuery>;

export const RecordPage = pageOf(CatalogueRecord).meta({ id: 'RecordPage' });
export type RecordPage = z.infer<typeof RecordPage>;

/** Counters by name. */
const Figures = z.record(z.string(), z.number()).meta({ id: 'Figures' });

const Summary = z
  .object({
    authors: Count.meta({ description: 'Authors whose works were fetched.' }),
    works: Count,
    books: Count.meta({ description: 'Books of the lists whose authors have run.' }),
    multiplication: z.number().nullable().meta({ description: 'Works for each book of the lists.' }),
    depthReached: Count,
    calls: Count.meta({ description: 'Calls to sources.' }),
    saved: Count.meta({ description: 'Calls spared, by markers and by what was kept.' }),
    hitRate: z.number().nullable().meta({ description: 'Spared calls of all that were wanted.' }),
    runSeconds: z.number(),
  })
  .meta({ id: 'CatalogueSummary' });
export type CatalogueSummary = z.infer<typeof Summary>;

export const CatalogueStats = z
  .object({
    records: z.object({
      authors: Count,
      titles: Count,
      isbns: Count,
      unknown: Count,
      expired: Count,
      markers: Count,
    }),
    summary: Summary,
    figures: Figures,
    sources: z.array(
      z.object({ name: z.string(), refusal: z.string().nullable(), closedUntil: Time.nullable() }),
    ),
  })
  .meta({ id: 'CatalogueStats' });
export type CatalogueStats = z.infer<typeof CatalogueStats>;

export const BatchReport = z
  .object({
    id: BatchId,
    name: z.string().nullable(),
    source: z.object({ kind: SourceKind, detail: z.string().nullable() }),
    options: AnyObject,
    isDeleted: z.boolean().meta({ description: 'The batch is gone; this is kept.' }),
    counts: Counts,
    summary: Summary,
    figures: Figures,
    createdAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({
    id: 'BatchReport',
    description: 'What a catalogue batch came to. Kept when the batch is deleted.',
  });
export type BatchReport = z.infer<typeof BatchReport>;

export const BatchReportPage = pageOf(BatchReport).meta({ id: 'BatchReportPage' });
export type BatchReportPage = z.infer<typeof BatchReportPage>;
