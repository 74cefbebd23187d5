import { z } from 'zod';
import { Submitted, UploadFields } from './batches.ts';
import { ChunkId, Count, DocumentId, ItemId, PageQuery, pageOf, queryNumber, Time } from './scalars.ts';

export const Document = z
  .object({
    id: DocumentId,
    name: z.string(),
    mediaType: z.string(),
    bytes: Count,
    sha256: z.string(),
    pages: Count.nullable(),
    chunks: Count,
    tokens: Count,
    tags: z.array(z.string()),
    itemId: ItemId.nullable().meta({ description: 'The item that brought this content.' }),
    createdAt: Time,
    updatedAt: Time,
    publishedAtVersion: Count.meta({
      description: "The project's corpus version at which this content became visible.",
    }),
  })
  .meta({ id: 'Document', description: 'A file that answers may rest on.' });
export type Document = z.infer<typeof Document>;

export const DocumentDetail = Document.extend({
  answers: Count.meta({ description: 'Cached answers that rest on it.' }),
}).meta({ id: 'DocumentDetail' });
export type DocumentDetail = z.infer<typeof DocumentDetail>;

export const DocumentQuery = z.strictObject({
  ...PageQuery,
  text: z.string().min(1).max(200).optional().meta({ description: 'Part of the name, any case.' }),
  tag: z.string().min(1).max(60).optional().meta({ description: 'Only documents that have it.' }),
});
export type DocumentQuery = z.input<typeof DocumentQuery>;

export const DocumentPage = pageOf(Document).meta({ id: 'DocumentPage' });
export type DocumentPage = z.infer<typeof DocumentPage>;

const Tags = z
  .array(z.string().trim().min(1).max(60))
  .max(20)
  .meta({ description: 'At most 20, of at most 60 characters each.', example: ['hr', 'leave'] });

/** What may come with files: settings of their batch, and tags of the documents they become. */
export const DocumentFields = UploadFields.omit({ workload: true })
  .extend({
    tags: z.preprocess(readTags, Tags).optional().meta({
      description: 'Separated by commas, or a JSON list. Without it, a document keeps those that it has.',
    }),
  })
  .meta({ id: 'DocumentFields' });

function readTags(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (!value.trimStart().startsWith('[')) return value.split(',').filter((tag) => tag.trim() !== '');
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export const ChangeDocument = z.strictObject({ tags: Tags }).meta({ id: 'ChangeDocument' });
export type ChangeDocument = z.input<typeof ChangeDocument>;

export const DocumentTags = z
  .object({ items: z.array(z.object({ tag: z.string(), documents: Count })) })
  .meta({ id: 'DocumentTags' });
export type DocumentTags = z.infer<typeof DocumentTags>;

export const SyncDocuments = z
  .strictObject({
    prefix: z.string().max(200).optional().meta({
      description:
        "The folder's place among the documents, such as `handbook`: its files are the documents below it. Without it, all documents of the project are meant.",
      example: 'handbook',
    }),
    files: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(300).meta({ description: 'Inside the folder.', example: 'pay/day.md' }),
          sha256: z
            .string()
            .regex(/^[0-9a-fA-F]{64}$/, 'is 64 hex digits')
            .toLowerCase()
            .meta({ description: "Hex SHA-256 of the file's bytes." }),
        }),
      )
      .max(100_000)
      .meta({ description: 'Every file of the folder.' }),
    delete: z.boolean().default(false).meta({
      description:
        'Delete documents that have no file. With it, `prefix` must be there; an empty one means all.',
    }),
    allowEmpty: z.boolean().default(false).meta({ description: 'Delete also when no file is named at all.' }),
  })
  .refine((manifest) => !manifest.delete || manifest.prefix !== undefined, {
    path: ['prefix'],
    message: 'is needed with "delete": the folder whose documents may be deleted, or an empty text for all',
  })
  .meta({ id: 'SyncDocuments' });
export type SyncDocuments = z.input<typeof SyncDocuments>;

export const SyncPlan = z
  .object({
    send: z
      .array(
        z.object({
          name: z.string(),
          document: z.string().meta({ description: 'The name to send it under.' }),
          why: z.enum(['missing', 'changed']),
        }),
      )
      .meta({ description: 'Files to be sent to `POST /documents`.' }),
    duplicates: z
      .array(z.object({ name: z.string(), document: z.string(), sameAs: z.string() }))
      .meta({ description: 'Files whose content another document has already: not to be sent.' }),
    unchanged: Count,
    gone: z
      .array(z.object({ id: DocumentId, document: z.string() }))
      .meta({ description: 'Documents that have no file.' }),
    deleted: Count,
  })
  .meta({ id: 'SyncPlan', description: 'What brings the documents in step with a folder.' });
export type SyncPlan = z.infer<typeof SyncPlan>;

export const UploadedDocuments = Submitted.meta({ id: 'UploadedDocuments' });

export const Chunk = z
  .object({
    id: ChunkId,
    documentId: DocumentId,
    document: z.string(),
    headings: z.array(z.string()),
    page: Count.nullable(),
    tokens: Count,
    text: z.string(),
    paragraphs: z.array(z.string()).meta({ description: 'Hashes of its paragraphs, in order.' }),
  })
  .meta({ id: 'Chunk', description: 'The retrieval unit: whole paragraphs, about 500 tokens.' });
export type Chunk = z.infer<typeof Chunk>;

export const ChunkPage = pageOf(Chunk).meta({ id: 'ChunkPage' });
export type ChunkPage = z.infer<typeof ChunkPage>;

export const ListQuery = z.strictObject(PageQuery);
export type ListQuery = z.input<typeof ListQuery>;

export const SearchQuery = z.strictObject({
  q: z.string().min(1).max(2_000),
  limit: queryNumber(1, 100).default(10),
  document: z
    .string()
    .regex(/^doc_[0-9a-z]{1,11}(,doc_[0-9a-z]{1,11}){0,49}$/, 'Must be ids of documents, separated by commas')
    .optional()
    .meta({ description: 'Only passages of these documents: up to 50 ids, separated by commas.' }),
  tag: z
    .string()
    .min(1)
    .max(600)
    .optional()
    .meta({ description: 'Only passages of documents that have one of these tags, separated by commas.' }),
});
export type SearchQuery = z.input<typeof SearchQuery>;

export const Passage = Chunk.extend({
  score: z.number().meta({ description: 'Comparable within one search only.' }),
  scores: z
    .object({
      words: z.number().meta({ description: 'What its words gave: BM25, from 0 to 1.' }),
      vectors: z.number().meta({ description: 'What nearness in meaning gave.' }),
    })
    .meta({ description: 'The parts of `score`.' }),
  matches: z
    .array(z.string())
    .meta({ description: 'Words in its text that the search asks for, in small letters.' }),
}).meta({ id: 'Passage' });
export type Passage = z.infer<typeof Passage>;

export const Passages = pageOf(Passage).meta({ id: 'Passages' });
export type Passages = z.infer<typeof Passages>;
