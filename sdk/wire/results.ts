import { z } from 'zod';
import { Asked } from './answers.ts';
import { Item } from './items.ts';
import { AnswerId, Time } from './scalars.ts';

export const ResultsQuery = z.strictObject({
  format: z.enum(['jsonl', 'csv']).default('jsonl'),
});
export type ResultsQuery = z.input<typeof ResultsQuery>;

/** A line of the JSON form. */
export const ResultLine = Item.extend({
  answer: Asked.omit({ cache: true, fallback: true })
    .extend({ id: AnswerId, expiresAt: Time })
    .nullable()
    .meta({
      description:
        "What the cache holds for the item's question now; null for what is no question, not done, or dropped.",
    }),
}).meta({ id: 'ResultLine' });
export type ResultLine = z.infer<typeof ResultLine>;
