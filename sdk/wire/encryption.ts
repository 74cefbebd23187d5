import { z } from 'zod';
import { Count, Time } from './scalars.ts';

const KeyName = z
  .string()
  .meta({ description: 'Tells keys apart and says nothing about them.', example: '1a2b3c4d' });

export const Encryption = z
  .object({
    key: KeyName.nullable().meta({ description: 'The key that seals; null: nothing is sealed.' }),
    keys: z
      .array(z.object({ name: KeyName, since: Time }))
      .meta({ description: 'Keys that something may still be sealed with: none of them may be taken away.' }),
    pass: z
      .object({
        key: KeyName.nullable().meta({ description: 'null: everything is laid open.' }),
        isOver: z.boolean(),
        looked: Count.meta({ description: 'Rows that were looked at.' }),
        total: Count.meta({ description: 'Rows that there were when it began.' }),
        sealed: Count.meta({ description: 'Of those looked at, how many were not as they are kept now.' }),
        startedAt: Time,
        endedAt: Time.nullable(),
      })
      .nullable()
      .meta({ description: 'The newest pass over everything that is sealed anew; null: there was none.' }),
  })
  .meta({
    id: 'Encryption',
    description: 'Which key words are kept with, and how far they are sealed with it.',
  });
export type Encryption = z.infer<typeof Encryption>;
