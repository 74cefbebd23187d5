import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Span as OtelSpan, Tracer as OtelTracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { tracedParent, traceFrom } from '#clients/trace.ts';
import { Fault } from '#domain/fault.ts';
import type { Attributes, Span, SpanStart, Tracer } from '#ports/tracer.ts';
import { readTraceParent, writeTraceParent } from './trace-parent.ts';

export interface OtlpSettings {
  /** Where traces are posted to. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the process: `service.name`, its version, … */
  readonly resource: Attributes;
  readonly sampler: SamplerName;
  /** Of the traces that begin here, the part that is kept, 0 to 1. */
  readonly ratio: number;
  /** How long spans are gathered before they are sent. */
  readonly everyMs: number;
}

export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/**
 * Sends spans to an OpenTelemetry collector (OTLP over HTTP, as JSON), gathered for some seconds. Where a span goes on
 * from is carried by `clients/trace.ts` as the text that goes over the wire too, so that the SDK needs no context
 * manager of its own, and a place in a trace can lie in the store like a request's id.
 *
 * A collector that is away costs the spans that it would have got, and nothing else.
 */
export class OtlpTracer implements Tracer {
  readonly isOn = true;
  readonly #provider: TracerProvider;
  readonly #tracer: OtelTracer;

  constructor({ url, headers, resource, sampler, ratio, everyMs }: OtlpSettings) {
    const exporter = new OTLPTraceExporter({ url, headers: { ...headers } });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes(resource),
      sampler: samplerOf(sampler, ratio),
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: everyMs })],
    });
    this.#tracer = this.#provider.getTracer('preheat');
  }

  async span<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T> {
    const { name, kind, attributes = {}, parent = tracedParent() } = start;
    const span = this.#tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent));
    try {
      return await traceFrom(writeTraceParent(span.spanContext()), () => work(shown(span)));
    } catch (error) {
      shown(span).fail(codeOf(error));
      throw error;
    } finally {
      span.end();
    }
  }

  here(): string | null {
    return tracedParent();
  }

  async close(): Promise<void> {
    // A collector that is away is no reason to fail at the end.
    await this.#provider.shutdown().catch(() => undefined);
  }
}

function shown(span: OtelSpan): Span {
  return {
    note: (attributes) => void span.setAttributes(attributes),
    fail(code) {
      span.setAttribute('error.type', code);
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
  };
}

/** By its code, or its kind: a message may hold what somebody wrote. */
function codeOf(error: unknown): string {
  if (error instanceof Fault) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

function contextOf(parent: string | null): Context {
  const known = parent === null ? null : readTraceParent(parent);
  return known === null
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, {
        traceId: known.traceId,
        spanId: known.spanId,
        traceFlags: known.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
      });
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}
