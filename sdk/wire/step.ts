import { z } from 'zod';
import { Count } from './scalars.ts';

export const Step = z
  .object({
    name: z.string().meta({ example: 'reading' }),
    unit: z.string().nullable().meta({ description: 'What is counted.', example: 'page' }),
    done: Count.nullable(),
    total: Count.nullable(),
  })
  .meta({ id: 'Step', description: 'What a run is doing, and how far it is with that.' });
export type Step = z.infer<typeof Step>;
