import type { Problem } from '#domain/fault.ts';
import { address, oneOf, pairs, share, text, whole } from './setting.ts';

/** The standard settings of OpenTelemetry that are followed: part of the table in config.ts. */
export const TRACING_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: address(
    'A collector of OpenTelemetry that gets traces by OTLP over HTTP, such as `http://127.0.0.1:4318`; without it nothing is traced.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address(
    'Where traces are posted to, as it stands; without it `/v1/traces` at the address above.',
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: text('http/json', 'How traces are sent: `http/json` and nothing else.'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs('Headers for the collector, such as `api-key=…`, with commas between.'),
  OTEL_SERVICE_NAME: text('preheat', 'What the processes are called in traces.'),
  OTEL_RESOURCE_ATTRIBUTES: pairs(
    'What else traces say of the processes, such as `deployment.environment.name=staging`, with commas between.',
  ),
  OTEL_TRACES_SAMPLER: oneOf(
    'parentbased_always_on',
    [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    'Which traces are kept. Those with `parentbased` follow the caller, where it decided.',
  ),
  OTEL_TRACES_SAMPLER_ARG: share(
    '1',
    'For samplers with a ratio: the part of the traces that is kept, 0 to 1.',
  ),
  OTEL_BSP_SCHEDULE_DELAY: whole(
    '5000',
    10,
    600_000,
    'How long spans are gathered before they are sent, in milliseconds.',
  ),
  OTEL_SDK_DISABLED: oneOf('false', ['false', 'true'], 'true: nothing is traced, whatever else is set.'),
} as const;

/** null: nothing is traced. */
export function tracesUrlOf(config: {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: string;
  readonly OTEL_SDK_DISABLED: string;
}): string | null {
  if (config.OTEL_SDK_DISABLED === 'true') return null;
  if (config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== '') return config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base === '' ? null : `${base.replace(/\/+$/, '')}/v1/traces`;
}

/** Where nothing is traced, what others set for theirs is no problem of ours. */
export function tracingProblems(config: Readonly<Record<string, unknown>>): Problem[] {
  const isOff = tracesUrlOf(config as unknown as Parameters<typeof tracesUrlOf>[0]) === null;
  const protocol = String(config['OTEL_EXPORTER_OTLP_PROTOCOL']);
  if (isOff || protocol === 'http/json') return [];
  const message = `must be http/json, which collectors take on port 4318, not "${protocol}"`;
  return [{ field: 'OTEL_EXPORTER_OTLP_PROTOCOL', message }];
}
