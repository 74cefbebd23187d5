import { z } from 'zod';
import { PassageFilter } from './passage-filter.ts';
import { Count, MissId, PageQuery, pageOf, queryFlag, QuestionPart, Time } from './scalars.ts';

const MISS_STATE = z.enum(['cold', 'warm', 'not_found']).meta({
  description:
    'What the next one who asks meets: `cold`, a wait; `warm`, an answer; `not_found`, that the documents do not say.',
});

export const Miss = z
  .object({
    id: MissId,
    question: z.string(),
    filter: PassageFilter.nullable().meta({ description: 'null: it was asked of all documents.' }),
    misses: Count.meta({ description: 'How often somebody had to wait for it.' }),
    state: MISS_STATE,
    firstAt: Time,
    lastAt: Time,
  })
  .meta({ id: 'Miss', description: 'A question that the cache had no fresh answer to when it was asked.' });
export type Miss = z.infer<typeof Miss>;

export const MissGroup = Miss.extend({
  wordingCount: Count.meta({ description: 'How many questions it stands for; 1: itself.' }),
  wordings: z.array(Miss).meta({ description: 'Most missed first, itself the first of them. At most 50.' }),
}).meta({
  id: 'MissGroup',
  description:
    'Questions that mean the same, as the one that was missed most; counts and times are of all. Each wording has an answer of its own: the group is `cold` while one of them is.',
});
export type MissGroup = z.infer<typeof MissGroup>;

export const MissQuery = z.strictObject({
  ...PageQuery,
  state: MISS_STATE.optional(),
  text: QuestionPart.optional(),
});
export type MissQuery = z.input<typeof MissQuery>;

export const MissPage = pageOf(MissGroup).meta({ id: 'MissPage' });
export type MissPage = z.infer<typeof MissPage>;

export const ForgetQuery = z.strictObject({
  all: queryFlag.meta({ description: 'Said in so many words: every miss of the project.' }),
});

export const ForgetMissQuery = z.strictObject({
  wordings: queryFlag
    .optional()
    .meta({ description: 'With all that mean the same; else this wording alone.' }),
});
export type ForgetMissQuery = z.input<typeof ForgetMissQuery>;

export const Forgotten = z.object({ forgotten: Count }).meta({ id: 'Forgotten' });
export type Forgotten = z.infer<typeof Forgotten>;
