import { traceHeaders } from '#clients/trace.ts';
import type { Usage } from '#domain/answer.ts';
import type { LanguageModel, ModelState, Prompt, TextSink, Written } from '#ports/model.ts';
import type { ModelConnection } from './connection.ts';
import { GarbledError } from './failure.ts';
import { Guard } from './guard.ts';
import { openLanguageModel } from './providers.ts';
import { Silence } from './silence.ts';

export interface LanguageModelSettings extends ModelConnection {
  readonly maxOutputTokens: number;
  /** Per million tokens; null: unknown. */
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
}

/** An answer has a few hundred words: a model that does not stop is stopped. */
const MAX_CHARACTERS = 100_000;

/**
 * A language model of an OpenAI-compatible server or of Gemini. It is always read as a stream: one that stalls is
 * noticed within `timeoutMs`, however long a whole answer may take.
 */
export class AiSdkLanguageModel implements LanguageModel {
  readonly name: string;
  readonly maxOutputTokens: number;
  readonly #settings: LanguageModelSettings;
  readonly #guard: Guard;

  constructor(settings: LanguageModelSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.maxOutputTokens = settings.maxOutputTokens;
    this.name = `${settings.provider}:${settings.model}`;
    this.#guard = new Guard(settings, now);
  }

  write(prompt: Prompt, signal: AbortSignal, live: TextSink): Promise<Written> {
    return this.#guard.run((during) => {
      live.restart();
      return this.#call(prompt, during, live);
    }, signal);
  }

  state(): Omit<ModelState, 'role'> {
    return { name: this.name, ...this.#guard.state() };
  }

  async #call(prompt: Prompt, signal: AbortSignal, live: TextSink): Promise<Written> {
    const { streamText } = await import('ai');
    using silence = new Silence(this.#settings.timeoutMs);
    const until = AbortSignal.any([signal, silence.signal]);
    const { model, maxOutputTokens } = this.#settings;
    const { fullStream } = streamText({
      model: await openLanguageModel(this.#settings),
      instructions: prompt.instructions,
      prompt: prompt.material,
      maxOutputTokens,
      maxRetries: 0,
      abortSignal: until,
      headers: traceHeaders(),
      onError: () => {},
      ...(isFixedTemperature(model) ? {} : { temperature: 0 }),
    });
    let text = '';
    for await (const part of fullStream) {
      silence.heard();
      if (part.type === 'error') throw until.aborted ? until.reason : part.error;
      if (part.type === 'abort') throw until.reason;
      if (part.type === 'text-delta') {
        text += part.text;
        if (text.length > MAX_CHARACTERS) throw new GarbledError('it does not come to an end');
        live.write(part.text);
      }
      if (part.type === 'finish') {
        return {
          text,
          end: endOf(part.finishReason, part.rawFinishReason),
          usage: this.#usage(part.totalUsage),
        };
      }
    }
    throw new Error('The stream ended before the answer did.');
  }

  #usage(tokens: { inputTokens: number | undefined; outputTokens: number | undefined }): Usage {
    const { inputPrice, outputPrice } = this.#settings;
    const { inputTokens = 0, outputTokens = 0 } = tokens;
    const isPriced = inputPrice !== null || outputPrice !== null;
    const cost = inputTokens * (inputPrice ?? 0) + outputTokens * (outputPrice ?? 0);
    return { inputTokens, outputTokens, costMicros: isPriced ? Math.round(cost) : null };
  }
}

/** @throws Error when the server never said that it was done: the connection was cut. */
function endOf(reason: string, raw: string | undefined): Written['end'] {
  if (reason === 'stop') return 'complete';
  if (reason === 'length') return 'length';
  if (reason === 'content-filter') return 'withheld';
  throw new Error(`The stream ended before the answer did (${raw ?? 'no reason given'}).`);
}

/** Models that think choose their own temperature and refuse any that is sent. */
function isFixedTemperature(model: string): boolean {
  return /^(?:o\d|gpt-5)/.test(model);
}
