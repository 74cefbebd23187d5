import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { NO_TRACER } from '#adapters/tracer/none/no-tracer.ts';
import { Fault } from '#domain/fault.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Tracer } from '#ports/tracer.ts';
import type { Config } from '../config.ts';
import { readPairs } from '../settings/setting.ts';
import { tracesUrlOf } from '../settings/tracing-settings.ts';
import { VERSION } from '../version.ts';

/**
 * Off unless a collector is named; its code is loaded then, and not before.
 *
 * @throws Fault `tracer_missing`
 */
export async function openTracer(config: Config, role: WorkerRole): Promise<Tracer> {
  const url = tracesUrlOf(config);
  if (url === null) return NO_TRACER;
  const { OtlpTracer } = await import('#adapters/tracer/otlp/otlp-tracer.ts').catch((cause: unknown) => {
    const message =
      'OTEL_EXPORTER_OTLP_ENDPOINT is set, and what sends traces cannot be loaded: run npm ci, or take the setting away.';
    throw new Fault('unavailable', 'tracer_missing', message, { cause });
  });
  return new OtlpTracer({
    url,
    headers: readPairs(config.OTEL_EXPORTER_OTLP_HEADERS) ?? {},
    sampler: config.OTEL_TRACES_SAMPLER,
    ratio: Number(config.OTEL_TRACES_SAMPLER_ARG),
    everyMs: config.OTEL_BSP_SCHEDULE_DELAY,
    resource: {
      'service.name': config.OTEL_SERVICE_NAME,
      'service.version': VERSION,
      'service.instance.id': randomUUID(),
      'host.name': hostname(),
      'process.pid': process.pid,
      'preheat.role': role,
      ...readPairs(config.OTEL_RESOURCE_ATTRIBUTES),
    },
  });
}
