import { trace } from '#clients/trace.ts';
import type { Follow } from '#http/settings.ts';
import type { Tracer } from '#ports/tracer.ts';

/** Each request as a span, named as OpenTelemetry's conventions for HTTP have it; undefined: nobody follows. */
export function followWith(tracer: Tracer): Follow | undefined {
  if (!tracer.isOn) return undefined;
  return ({ requestId, method, route, traceParent }, work) => {
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      'preheat.request': requestId,
    };
    const start = { name: `${method} ${route}`, kind: 'server', parent: traceParent, attributes } as const;
    return trace(requestId, () =>
      tracer.span(start, async (span) => {
        const reply = await work();
        span.note({ 'http.response.status_code': reply.status });
        if (reply.status >= 500) span.fail(String(reply.status));
        return reply;
      }),
    );
  };
}
