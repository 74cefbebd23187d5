import { z } from 'zod';
import { Count } from './scalars.ts';

/** No control characters: it stands in keys, logs and lists. */
const ModelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u, 'A name of a model has no control characters.')
  .meta({ description: "`preheat` for the project's own answers, else a model of the upstream." });

/** The fields that Preheat reads; all others are passed through as they are. */
export const ChatRequest = z
  .looseObject({
    model: ModelName,
    messages: z
      .array(z.looseObject({ role: z.string().max(40) }))
      .min(1)
      .max(10_000),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  })
  .meta({ id: 'ChatRequest', description: "A chat, as OpenAI's API has it." });
export type ChatRequest = z.infer<typeof ChatRequest>;

export const ChatCompletion = z
  .looseObject({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.number(),
    model: z.string(),
    choices: z.array(
      z.looseObject({
        index: Count,
        message: z.looseObject({ role: z.string(), content: z.string().nullable() }),
        finish_reason: z.string().nullable(),
      }),
    ),
    usage: z.looseObject({ prompt_tokens: Count, completion_tokens: Count, total_tokens: Count }).optional(),
  })
  .meta({ id: 'ChatCompletion', description: 'With `stream`, server-sent events of chunks instead.' });
export type ChatCompletion = z.infer<typeof ChatCompletion>;

const MOST_INPUTS = 2_048;
const Tokens = z.array(z.number().int().nonnegative()).min(1).max(100_000);

export const EmbeddingRequest = z
  .looseObject({
    model: ModelName,
    input: z.union([
      z.string().min(1),
      z.array(z.string().min(1)).min(1).max(MOST_INPUTS),
      Tokens,
      z.array(Tokens).min(1).max(MOST_INPUTS),
    ]),
  })
  .meta({ id: 'EmbeddingRequest', description: 'Texts, or tokens, to be made vectors.' });
export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>;

export const EmbeddingList = z
  .looseObject({
    object: z.literal('list'),
    model: z.string(),
    data: z.array(
      z.looseObject({
        object: z.literal('embedding'),
        index: Count,
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    usage: z.looseObject({ prompt_tokens: Count, total_tokens: Count }),
  })
  .meta({ id: 'EmbeddingList' });
export type EmbeddingList = z.infer<typeof EmbeddingList>;

export const ModelList = z
  .object({
    object: z.literal('list'),
    data: z.array(
      z.object({ id: z.string(), object: z.literal('model'), created: z.number(), owned_by: z.string() }),
    ),
  })
  .meta({ id: 'ModelList' });
export type ModelList = z.infer<typeof ModelList>;

export const TurnStats = z
  .object({
    isOn: z.boolean().meta({ description: 'There is an upstream that requests are passed through to.' }),
    turns: Count.meta({ description: 'Kept now: whole chats, and vectors of single texts.' }),
    bytes: Count,
    hits: Count.meta({ description: 'Since the beginning; so are all below.' }),
    misses: Count,
    bypassed: Count.meta({ description: 'Passed through untouched, as the caller wished.' }),
    savedTokens: Count.meta({ description: 'What the hits would have cost.' }),
    spentTokens: Count.meta({ description: 'What the misses cost.' }),
  })
  .meta({ id: 'TurnStats', description: 'What is kept of requests to other models, and what came of it.' });
export type TurnStats = z.infer<typeof TurnStats>;

export const DropTurnsQuery = z.object({
  model: z.string().max(200).optional().meta({ description: 'Only what this model said.' }),
});
export type DropTurnsQuery = z.input<typeof DropTurnsQuery>;
