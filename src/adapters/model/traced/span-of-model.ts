import type { SpanStart } from '#ports/tracer.ts';

/**
 * As OpenTelemetry's conventions for generative AI have it, without what was said:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/
 *
 * @param name provider and model, such as `openai:small`
 */
export function spanOfModel(operation: 'chat' | 'embeddings', name: string): SpanStart {
  const [provider = '', ...model] = name.split(':');
  return {
    name: `${operation} ${model.join(':')}`,
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': provider === 'google' ? 'gcp.gemini' : provider,
      'gen_ai.request.model': model.join(':'),
    },
  };
}
