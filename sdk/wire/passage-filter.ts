import { z } from 'zod';
import { DocumentId } from './scalars.ts';

export const PassageFilter = z
  .strictObject({
    documents: z
      .array(DocumentId)
      .min(1, 'Must name a document, or be left out')
      .max(50)
      .optional()
      .meta({ description: 'These alone.' }),
    tags: z
      .array(z.string().trim().min(1).max(60))
      .min(1, 'Must name a tag, or be left out')
      .max(20)
      .optional()
      .meta({ description: 'Documents that have one of them.' }),
  })
  .meta({
    id: 'PassageFilter',
    description:
      'What an answer may be made from: documents by id, by tag, or both at once. The same question with another filter is another question.',
    example: { tags: ['hr'] },
  });
export type PassageFilter = z.input<typeof PassageFilter>;
