import { z } from 'zod';
import { AnswerId, ChangeId, Count, DocumentId, pageOf, PageQuery, Time } from './scalars.ts';

export const CorpusChange = z
  .object({
    id: ChangeId,
    corpusVersion: Count.meta({ description: 'The one that the change made.' }),
    documentId: DocumentId.nullable().meta({ description: 'null: it was no change of one document.' }),
    document: z.string().nullable(),
    kind: z.enum(['added', 'changed', 'removed', 'tagged', 'recounted']),
    reach: z.enum(['probed', 'epoch', 'unprobed']).meta({
      description: [
        '`probed`: it was tried on the cached questions, and touched only answers that it could reach. `epoch`: words were',
        'counted anew, which moves scores, so every answer is looked at again. `unprobed`: every answer is looked at again,',
        'since the change was too large to be tried, or another one came between.',
      ].join(' '),
    }),
    answers: Count.meta({ description: 'Answers that were fresh before it, and known to it.' }),
    touched: Count.meta({ description: 'Of these: to be looked at again for it. All others stayed warm.' }),
    outcomes: z
      .object({
        kept: Count.meta({ description: 'Their evidence is what it was.' }),
        same: Count.meta({ description: 'Made again, and they say the same.' }),
        different: Count.meta({ description: 'Made again, and they say something else.' }),
        dropped: Count.meta({ description: 'Dropped before anybody looked.' }),
      })
      .meta({
        description: 'Of the touched; of more than 2,000, of the first of them. The rest wait for a look.',
      }),
    at: Time,
  })
  .meta({ id: 'CorpusChange', description: 'A change of the documents, and what became of the answers.' });
export type CorpusChange = z.infer<typeof CorpusChange>;

export const ChangeQuery = z.strictObject({
  ...PageQuery,
  document: DocumentId.optional().meta({ description: 'Only changes of this document; it may be gone.' }),
});
export type ChangeQuery = z.input<typeof ChangeQuery>;

export const CorpusChangePage = pageOf(CorpusChange).meta({ id: 'CorpusChangePage' });
export type CorpusChangePage = z.infer<typeof CorpusChangePage>;

export const TouchedAnswer = z
  .object({
    answerId: AnswerId,
    question: z.string().nullable().meta({ description: 'null: the answer is there no more.' }),
    outcome: z
      .enum(['kept', 'same', 'different', 'dropped'])
      .nullable()
      .meta({ description: 'null: nobody has looked yet.' }),
  })
  .meta({ id: 'TouchedAnswer' });
export type TouchedAnswer = z.infer<typeof TouchedAnswer>;

export const TouchedPage = pageOf(TouchedAnswer).meta({ id: 'TouchedPage' });
export type TouchedPage = z.infer<typeof TouchedPage>;
