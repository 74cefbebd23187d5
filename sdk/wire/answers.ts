import { z } from 'zod';
import {
  AnswerId,
  AskId,
  ChunkId,
  Count,
  DocumentId,
  PageQuery,
  pageOf,
  queryBoolean,
  queryFlag,
  queryNumber,
  QuestionPart,
  Time,
} from './scalars.ts';
import { PassageFilter } from './passage-filter.ts';
import { ItemError, ItemStatus } from './items.ts';

/** The server's own limit may be lower; this one keeps absurd bodies out. */
const MAX_QUESTION_CHARS = 10_000;

export const Ask = z
  .strictObject({
    question: z.string().min(1).max(MAX_QUESTION_CHARS).meta({ example: 'How long is the warranty?' }),
    filter: PassageFilter.optional(),
    mode: z
      .enum(['sync', 'async', 'stream'])
      .default('sync')
      .meta({ description: '`stream`: server-sent events with the text as it comes.' }),
    cache: z
      .enum(['use', 'refresh', 'only'])
      .default('use')
      .meta({ description: '`refresh` makes it again; `only` never generates: 404 `not_cached`.' }),
    callbackUrl: z
      .url()
      .max(2_000)
      .optional()
      .meta({ description: 'With mode `async`: told there when it is answered, signed like a webhook.' }),
  })
  .refine(
    ({ callbackUrl, mode }) => callbackUrl === undefined || mode === 'async',
    'callbackUrl takes mode "async"',
  )
  .meta({ id: 'Ask' });
export type Ask = z.input<typeof Ask>;

export const Citation = z
  .object({
    number: Count.meta({ description: 'The `[n]` in the text.' }),
    documentId: DocumentId,
    document: z.string(),
    chunkId: ChunkId,
    headings: z.array(z.string()),
    page: Count.nullable(),
    quote: z.string().meta({ description: 'Words of the document, unchanged.' }),
    paragraph: z.string().meta({ description: 'Hash of the paragraph the quote stands in.' }),
  })
  .meta({ id: 'Citation' });
export type Citation = z.infer<typeof Citation>;

const USAGE = z.object({
  inputTokens: Count,
  outputTokens: Count,
  cost: z
    .number()
    .nullable()
    .meta({ description: 'In the currency of the price that is set for the model; null when none is set.' }),
});

const FILTERED = PassageFilter.nullable().meta({ description: 'null: made from all documents.' });

const GENERATOR = z
  .string()
  .meta({ description: 'Who made it: provider and model.', example: 'openai:gpt-4o-mini' });

const Staleness = z
  .object({
    why: z.enum(['documents', 'expired', 'unchecked']).meta({
      description:
        '`documents`: they changed, and it no longer rests on what they say; `expired`: it is past its time; `unchecked`: they changed, and whether that touches it could not be found out.',
    }),
    because: z.enum(['remade', 'model', 'busy', 'budget', 'store']).meta({
      description:
        '`remade`: the project would rather have it than wait, and a new one is being made; `model`: a model is down; `busy`: more is asked than can be made; `budget`: the tokens of the day are spent, and looking whether it is fresh takes some; `store`: the database cannot be reached.',
    }),
  })
  .meta({ id: 'Staleness', description: 'Why an answer is not fresh, and why it is given all the same.' });
export type Staleness = z.infer<typeof Staleness>;

export const Asked = z
  .object({
    id: AnswerId.nullable().meta({ description: 'null: it was not kept; see `fallback`.' }),
    question: z.string(),
    filter: FILTERED,
    found: z
      .boolean()
      .meta({ description: 'False: the documents do not answer the question, and the text says so.' }),
    answer: z.string(),
    citations: z.array(Citation),
    generator: GENERATOR,
    usage: USAGE,
    createdAt: Time,
    tookMs: z.number().meta({ description: 'How long it took to make.' }),
    cache: z.object({
      status: z.enum(['hit', 'semantic', 'miss', 'stale']).meta({
        description:
          '`stale`: past its time or older than the documents; `stale` says why, and why it is served.',
      }),
      ageSeconds: z.number(),
      expiresAt: Time,
      stale: Staleness.optional(),
    }),
    fallback: z.enum(['extractive']).nullable().meta({
      description: 'The generator is down, and this one answered in its place. Nothing of it was kept.',
    }),
  })
  .meta({ id: 'Asked', description: 'An answer, and whether it came from the cache.' });
export type Asked = z.infer<typeof Asked>;

export const Delta = z.object({ text: z.string() }).meta({
  id: 'Delta',
  description: 'The data of the event `delta`: text to be added to what came since the last `restart`.',
});
export type Delta = z.infer<typeof Delta>;

export const AskAccepted = z
  .object({ id: AskId, status: z.literal('pending') })
  .meta({ id: 'AskAccepted', description: 'Look for the answer at `/asks/{id}`.' });
export type AskAccepted = z.infer<typeof AskAccepted>;

export const AskQuery = z.strictObject({
  waitSeconds: queryNumber(0, 60)
    .default(0)
    .meta({ description: 'Answer when it is done, or after this many seconds.' }),
});
export type AskQuery = z.input<typeof AskQuery>;

export const AskState = z
  .object({
    id: AskId,
    status: ItemStatus,
    question: z.string().nullable(),
    answer: Asked.nullable(),
    error: ItemError.nullable(),
    createdAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'AskState', description: 'A question that is answered in the background.' });
export type AskState = z.infer<typeof AskState>;

export const Answer = z
  .object({
    id: AnswerId,
    question: z.string(),
    filter: FILTERED,
    found: z.boolean(),
    answer: z.string(),
    citations: z.array(Citation),
    evidence: z.object({
      fingerprint: z.string(),
      paragraphs: z.array(z.object({ hash: z.string(), documentId: DocumentId, supports: z.boolean() })),
    }),
    generator: GENERATOR,
    usage: USAGE,
    profile: z.string().meta({ description: 'Generator, prompts and retrieval settings that made it.' }),
    corpusVersion: Count,
    hits: Count,
    lastHitAt: Time.nullable(),
    tookMs: z.number(),
    createdAt: Time.meta({ description: 'When it was last made.' }),
    expiresAt: Time,
    version: Count.meta({
      description:
        'Raised when it says something else than before. An answer that is made again and comes out the same keeps it.',
    }),
    changedAt: Time.nullable().meta({ description: 'When it came to say what it says; null: not known.' }),
  })
  .meta({ id: 'Answer', description: 'A cached reply.' });
export type Answer = z.infer<typeof Answer>;

const DocumentChange = z
  .object({
    corpusVersion: Count.meta({ description: 'The one that the change made.' }),
    documentId: DocumentId,
    document: z.string(),
    kind: z.enum(['added', 'changed', 'removed']),
  })
  .meta({ id: 'DocumentChange' });

export const Explanation = z
  .object({
    answer: Answer,
    corpusVersion: Count.meta({ description: "The project's, now." }),
    isChecked: z.boolean().meta({ description: 'It was looked at since the documents last changed.' }),
    restsOn: z.array(
      z.object({
        hash: z.string(),
        documentId: DocumentId,
        document: z.string().nullable(),
        supports: z.boolean().meta({ description: 'A sentence of the answer rests on it.' }),
        state: z.enum(['there', 'changed', 'gone']).meta({
          description:
            '`changed`: the document has this paragraph no more; `gone`: the document is there no more.',
        }),
        text: z.string().nullable(),
        quotes: z.array(z.string()),
      }),
    ),
    former: z
      .object({
        version: Count,
        found: z.boolean(),
        answer: z.string(),
        generator: z.string(),
        corpusVersion: Count,
        changedAt: Time.nullable(),
        replacedAt: Time,
        diff: z
          .array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() }))
          .meta({ description: 'From what it said to what it says, word by word.' }),
      })
      .nullable()
      .meta({ description: 'What it said before; null: it has said nothing else.' }),
    madeAgainFor: z.array(DocumentChange).meta({
      description:
        'Changes of documents that it rests on or rested on, between its two versions; newest first.',
    }),
    since: z.array(DocumentChange).meta({
      description: 'Changes of documents that it rests on since it was last looked at; newest first.',
    }),
  })
  .meta({
    id: 'Explanation',
    description: 'Why an answer says what it says, and what became of that since.',
  });
export type Explanation = z.infer<typeof Explanation>;

const FILTER = {
  documentId: DocumentId.optional().meta({ description: 'Answers that rest on this document.' }),
  text: QuestionPart.optional(),
  found: queryBoolean.optional(),
  expired: queryFlag.optional(),
  suspect: queryFlag.optional().meta({
    description: 'Last looked at before the documents changed: looked at again before they are given.',
  }),
};

export const AnswerQuery = z.strictObject({ ...PageQuery, ...FILTER });
export type AnswerQuery = z.input<typeof AnswerQuery>;

export const AnswerPage = pageOf(Answer).meta({ id: 'AnswerPage' });
export type AnswerPage = z.infer<typeof AnswerPage>;

/** A purge of everything has to be said in so many words: `?all=true`. */
export const PurgeQuery = z
  .strictObject({ ...FILTER, all: queryFlag.optional() })
  .refine(
    (query) => Object.values(query).some((value) => value !== undefined),
    'Name what to drop: documentId, text, found, expired or suspect; or all=true for every answer of the project',
  );
export type PurgeQuery = z.input<typeof PurgeQuery>;

export const Purged = z.object({ dropped: Count }).meta({ id: 'Purged' });
export type Purged = z.infer<typeof Purged>;
