import type { Reckoned } from '#domain/budget.ts';
import type { Embedder, EmbedOptions } from '#ports/model.ts';
import type { Tracer } from '#ports/tracer.ts';
import { spanOfModel } from './span-of-model.ts';

/** An embedder whose calls can be followed. */
export class TracedEmbedder implements Embedder {
  readonly name: string;
  readonly #embedder: Embedder;
  readonly #tracer: Tracer;

  constructor(embedder: Embedder, tracer: Tracer) {
    this.name = embedder.name;
    this.#embedder = embedder;
    this.#tracer = tracer;
  }

  get dimensions(): number | null {
    return this.#embedder.dimensions;
  }

  reckon(texts: readonly string[]): Reckoned {
    return this.#embedder.reckon?.(texts) ?? { prompt: 0, most: 0 };
  }

  embed(
    texts: readonly string[],
    signal: AbortSignal,
    options: EmbedOptions = {},
  ): Promise<readonly Float32Array[]> {
    return this.#tracer.span(spanOfModel('embeddings', this.name), async (span) => {
      const spending = options.spending ?? { tokens: 0, costMicros: 0 };
      const before = spending.tokens;
      const vectors = await this.#embedder.embed(texts, signal, { ...options, spending });
      span.note({ 'preheat.texts': texts.length, 'gen_ai.usage.input_tokens': spending.tokens - before });
      return vectors;
    });
  }
}
