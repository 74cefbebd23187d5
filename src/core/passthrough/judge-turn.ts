import type { Json, JsonObject } from '#domain/json.ts';

export interface Judged {
  /** It may be said again to whoever asks the same. */
  readonly isKeepable: boolean;
  /** The model said that it was done. */
  readonly isFinished: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Whether a completion may be kept: every choice came to its own end and says something. What was cut off at the
 * longest allowed, withheld, refused or asks for tools is for this caller and this moment only.
 */
export function judgeTurn(whole: JsonObject): Judged {
  const choices = (Array.isArray(whole['choices']) ? whole['choices'] : []) as unknown as Choice[];
  const usage = (whole['usage'] ?? {}) as { prompt_tokens?: Json; completion_tokens?: Json };
  return {
    isKeepable: choices.length > 0 && choices.every(isSaid),
    isFinished:
      choices.length > 0 && choices.every(({ finish_reason: reason }) => typeof reason === 'string'),
    inputTokens: countOf(usage.prompt_tokens),
    outputTokens: countOf(usage.completion_tokens),
  };
}

interface Choice {
  readonly finish_reason?: Json;
  readonly message?: {
    readonly content?: Json;
    readonly refusal?: Json;
    readonly tool_calls?: Json;
    readonly function_call?: Json;
  };
}

function isSaid({ finish_reason: reason, message = {} }: Choice): boolean {
  const { content, refusal, tool_calls: calls, function_call: call } = message;
  const hasCalls = (Array.isArray(calls) && calls.length > 0) || (call ?? null) !== null;
  const isRefused = typeof refusal === 'string' && refusal !== '';
  return reason === 'stop' && typeof content === 'string' && content !== '' && !hasCalls && !isRefused;
}

export function countOf(value: Json | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
