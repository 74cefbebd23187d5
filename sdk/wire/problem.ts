import { z } from 'zod';

export const InputProblem = z
  .object({
    line: z.number().int().positive().optional().meta({ description: 'Line of the input, from 1.' }),
    field: z.string().optional().meta({ description: 'Path of the field, such as `items[3].question`.' }),
    message: z.string(),
  })
  .meta({ id: 'InputProblem', description: 'One thing wrong with an input.' });
export type InputProblem = z.infer<typeof InputProblem>;

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: 'Stable: programs may branch on it.', example: 'not_found' }),
    detail: z.string().meta({ description: 'What happened, and what to do.' }),
    problems: z.array(InputProblem).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'An error, as application/problem+json (RFC 9457).' });
export type Problem = z.infer<typeof Problem>;
