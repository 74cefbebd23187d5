import type { LanguageModel, Prompt, TextSink, Written } from '#ports/model.ts';
import type { Tracer } from '#ports/tracer.ts';
import { spanOfModel } from './span-of-model.ts';

/** A language model whose calls can be followed, with the tries and the waiting that one call takes. */
export class TracedLanguageModel implements LanguageModel {
  readonly name: string;
  readonly maxOutputTokens: number;
  readonly #model: LanguageModel;
  readonly #tracer: Tracer;

  constructor(model: LanguageModel, tracer: Tracer) {
    this.name = model.name;
    this.maxOutputTokens = model.maxOutputTokens;
    this.#model = model;
    this.#tracer = tracer;
  }

  write(prompt: Prompt, signal: AbortSignal, live: TextSink): Promise<Written> {
    return this.#tracer.span(spanOfModel('chat', this.name), async (span) => {
      const written = await this.#model.write(prompt, signal, live);
      span.note({
        'gen_ai.usage.input_tokens': written.usage.inputTokens,
        'gen_ai.usage.output_tokens': written.usage.outputTokens,
        'preheat.end': written.end,
      });
      return written;
    });
  }
}
