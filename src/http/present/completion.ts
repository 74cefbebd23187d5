import type { Asked } from '#core/answers/asking.ts';
import { showId } from '#domain/ids.ts';
import { presentAsked } from './answer.ts';

/** The model that stands for the project's own answers. */
export const OWN_MODEL = 'preheat';

const NOT_FOUND = 'The documents do not answer this.';

/** An answer of ours as a completion of a chat; what OpenAI's has no place for is in `preheat`. */
export function presentCompletion(asked: Asked): object {
  const message = { role: 'assistant', content: contentOf(asked), refusal: null };
  return {
    ...headOf(asked, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: usageOf(asked),
    preheat: detailsOf(asked),
  };
}

/** What a completion says, for people who read nothing else. */
export function contentOf({ answer }: Asked): string {
  return answer.found ? answer.text : NOT_FOUND;
}

/** The chunks before the last ones are written before their answer is known. */
export interface ChunkHead {
  readonly id: string;
  readonly created: number;
}

export function presentChunk(head: ChunkHead, delta: object, finishReason: 'stop' | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return JSON.stringify({ ...head, object: 'chat.completion.chunk', model: OWN_MODEL, choices });
}

/** The end of a stream: why it ended, where the answer came from, and the usage where it is wanted. */
export function presentEnd(head: ChunkHead, asked: Asked, isWithUsage: boolean): string[] {
  const end = JSON.parse(presentChunk(head, {}, 'stop')) as object;
  const last = JSON.stringify({ ...end, preheat: detailsOf(asked) });
  const rest = { ...head, object: 'chat.completion.chunk', model: OWN_MODEL, choices: [] };
  return isWithUsage ? [last, JSON.stringify({ ...rest, usage: usageOf(asked) })] : [last];
}

function headOf({ answer }: Asked, object: string) {
  const created = Math.floor(answer.createdAt / 1_000);
  // A stand-in has no id of its own, and clients expect one.
  const id = answer.id === 0 ? `stand-in-${answer.createdAt.toString(36)}` : showId('answer', answer.id);
  return { id: `chatcmpl-${id}`, object, created, model: OWN_MODEL };
}

function usageOf({ answer: { usage } }: Asked) {
  const { inputTokens, outputTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function detailsOf(asked: Asked): object {
  const { id, found, citations, cache, fallback, generator } = presentAsked(asked);
  return { answerId: id, found, citations, cache, fallback, generator };
}
