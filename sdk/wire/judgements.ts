import { z } from 'zod';
import { AnswerId, Count, PageQuery, pageOf, queryNumber, Time } from './scalars.ts';

const MARK = z.number().min(0).max(100);

export const Judgement = z
  .object({
    faithful: MARK.meta({ description: 'How far the passages say what the answer says, from 0 to 100.' }),
    complete: MARK.meta({ description: 'How far the answer says what the passages have to say.' }),
    why: z.string().meta({ description: "In the judge's words." }),
    judge: z.string().meta({ description: 'Provider and model.' }),
    tokens: Count,
    judgedAt: Time,
  })
  .meta({ id: 'Judgement', description: 'What a model said of an answer.' });
export type Judgement = z.infer<typeof Judgement>;

export const JudgedAnswer = Judgement.extend({ answerId: AnswerId, question: z.string() }).meta({
  id: 'JudgedAnswer',
});
export type JudgedAnswer = z.infer<typeof JudgedAnswer>;

export const JudgedQuery = z.strictObject({
  ...PageQuery,
  below: queryNumber(0, 101).optional().meta({ description: 'Only answers whose lower mark is below this.' }),
});
export type JudgedQuery = z.input<typeof JudgedQuery>;

export const JudgedPage = pageOf(JudgedAnswer).meta({ id: 'JudgedPage' });
export type JudgedPage = z.infer<typeof JudgedPage>;

export const JudgedHour = z
  .object({
    hour: Time.meta({ description: 'When the hour began.' }),
    judged: Count,
    faithful: z.number().meta({ description: 'The mean of the hour.' }),
    complete: z.number(),
    tokens: Count,
  })
  .meta({ id: 'JudgedHour' });
export type JudgedHour = z.infer<typeof JudgedHour>;

export const JudgedHourPage = pageOf(JudgedHour).meta({ id: 'JudgedHourPage' });
export type JudgedHourPage = z.infer<typeof JudgedHourPage>;

const JudgingTrouble = z
  .object({
    code: z.string(),
    why: z.string().meta({ description: 'Of the newest.' }),
    waiting: Count.meta({ description: 'They will be tried again.' }),
    failed: Count.meta({ description: 'Every try failed.' }),
  })
  .meta({
    id: 'JudgingTrouble',
    description: 'Why chosen answers were not judged when they were last tried.',
  });

export const Judging = z
  .object({
    waiting: Count.meta({ description: 'Answers that were chosen and are not judged yet.' }),
    nextAt: Time.nullable().meta({ description: 'When the next is due; null: none waits.' }),
    failed: Count.meta({ description: 'Answers that could not be judged. They are kept for a week.' }),
    troubles: z.array(JudgingTrouble),
  })
  .meta({ id: 'Judging' });
export type Judging = z.infer<typeof Judging>;

export const JudgingRetried = z
  .object({ retried: Count.meta({ description: 'Answers that wait again.' }) })
  .meta({ id: 'JudgingRetried' });
export type JudgingRetried = z.infer<typeof JudgingRetried>;
