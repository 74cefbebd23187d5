import { traceHeaders } from '#clients/trace.ts';
import { reckonTokens } from '#domain/budget.ts';
import type { Reckoned } from '#domain/budget.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { Embedder, EmbedOptions, EmbedSpending, ModelState } from '#ports/model.ts';
import type { ModelConnection } from './connection.ts';
import { GarbledError, told } from './failure.ts';
import { Guard } from './guard.ts';
import { openEmbeddingModel } from './providers.ts';
import { Silence } from './silence.ts';

export interface EmbedderSettings extends ModelConnection {
  /** null: as the model gives. */
  readonly dimensions: number | null;
  readonly textsPerRequest: number;
  /** Of a million tokens; null: cost is not counted. */
  readonly price: number | null;
  /** Set before each text, for models that are trained on such words. */
  readonly questionPrefix: string;
  readonly passagePrefix: string;
}

/** An embedding model of an OpenAI-compatible server or of Gemini; whatever it gives is made a unit vector. */
export class AiSdkEmbedder implements Embedder {
  readonly name: string;
  readonly #settings: EmbedderSettings;
  readonly #guard: Guard;
  #dimensions: number | null;
  /** Lowered when a server takes fewer at once. */
  #most: number;

  constructor(settings: EmbedderSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#dimensions = settings.dimensions;
    this.#most = settings.textsPerRequest;
    this.name = nameOf(settings);
    this.#guard = new Guard(settings, now);
  }

  get dimensions(): number | null {
    return this.#dimensions;
  }

  reckon(texts: readonly string[]): Reckoned {
    const prefix = this.#settings.passagePrefix;
    const prompt = texts.reduce((sum, text) => sum + reckonTokens(`${prefix}${text}`), 0);
    return { prompt, most: prompt };
  }

  async embed(
    texts: readonly string[],
    signal: AbortSignal,
    options: EmbedOptions = {},
  ): Promise<readonly Float32Array[]> {
    const { questionPrefix, passagePrefix } = this.#settings;
    const prefix = options.purpose === 'question' ? questionPrefix : passagePrefix;
    const values = texts.map((text) => `${prefix}${text}`);
    const groups: Promise<readonly Float32Array[]>[] = [];
    for (let from = 0; from < values.length; from += this.#most) {
      groups.push(this.#embedSome(values.slice(from, from + this.#most), signal, options));
    }
    return (await Promise.all(groups)).flat();
  }

  state(): Omit<ModelState, 'role'> {
    return { name: this.name, ...this.#guard.state() };
  }

  async #embedSome(
    values: readonly string[],
    signal: AbortSignal,
    options: EmbedOptions,
  ): Promise<readonly Float32Array[]> {
    try {
      const vectors = await this.#guard.run((during) => this.#call(values, during, options), signal);
      return vectors.map((vector) => this.#checked(vector));
    } catch (error) {
      if (values.length < 2 || !isTooMany(error)) throw error;
      const half = Math.ceil(values.length / 2);
      this.#most = Math.min(this.#most, half);
      const first = await this.#embedSome(values.slice(0, half), signal, options);
      return [...first, ...(await this.#embedSome(values.slice(half), signal, options))];
    }
  }

  async #call(
    values: readonly string[],
    signal: AbortSignal,
    { purpose, spending }: EmbedOptions,
  ): Promise<readonly (readonly number[])[]> {
    const { embedMany } = await import('ai');
    using silence = new Silence(this.#settings.timeoutMs);
    const until = AbortSignal.any([signal, silence.signal]);
    const { provider, dimensions } = this.#settings;
    const taskType = purpose === 'question' ? 'RETRIEVAL_QUERY' : 'RETRIEVAL_DOCUMENT';
    try {
      const { embeddings, usage } = await embedMany({
        model: await openEmbeddingModel(this.#settings),
        values: [...values],
        maxRetries: 0,
        abortSignal: until,
        headers: traceHeaders(),
        ...(dimensions === null ? {} : { dimensions }),
        ...(provider === 'google' ? { providerOptions: { google: { taskType } } } : {}),
      });
      // Paid for, whether it can be read or not. Some servers count nothing.
      if (spending !== undefined) spend(spending, usage.tokens, this.#settings.price);
      if (embeddings.length !== values.length)
        throw new GarbledError(`${embeddings.length} vectors came for ${values.length} texts`);
      if (embeddings.some((vector) => vector.length === 0 || !vector.every(Number.isFinite)))
        throw new GarbledError('a vector is empty or holds something that is no number');
      return embeddings;
    } catch (error) {
      until.throwIfAborted();
      throw error;
    }
  }

  /** @throws ModelFault `model_dimensions`: vectors of another length cannot be compared with what is indexed */
  #checked(vector: readonly number[]): Float32Array {
    this.#dimensions ??= vector.length;
    if (vector.length === this.#dimensions) return toUnit(vector);
    const message = `${told(this.#settings)} gave vectors of ${vector.length} dimensions where ${this.#dimensions} were expected: set PREHEAT_EMBEDDER_DIMENSIONS, or the model that the index was made with.`;
    throw new ModelFault('unavailable', 'model_dimensions', message, { retryAfterSeconds: 60 });
  }
}

function spend(spending: EmbedSpending, tokens: number, price: number | null): void {
  if (!Number.isFinite(tokens)) return;
  spending.tokens += tokens;
  spending.costMicros += tokens * (price ?? 0);
}

/** Whatever changes a vector stands in the name. */
function nameOf({ provider, model, dimensions, questionPrefix, passagePrefix }: EmbedderSettings): string {
  const size = dimensions === null ? '' : `@${dimensions}`;
  const prefixes =
    questionPrefix === '' && passagePrefix === ''
      ? ''
      : ` ${JSON.stringify([questionPrefix, passagePrefix])}`;
  return `${provider}:${model}${size}${prefixes}`;
}

/** How servers with a small limit of their own say so: TEI with 413 or 422, others with 400. */
function isTooMany(error: unknown): boolean {
  return (
    error instanceof ModelFault &&
    error.code === 'model_refused' &&
    /\((?:413|422)\)|batch|too many|input.*(?:limit|exceed)/i.test(error.message)
  );
}

function toUnit(vector: readonly number[]): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}
