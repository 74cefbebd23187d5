import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Figure, MeasuredRequest, Metrics } from '#ports/metrics.ts';

/** A warm ask takes less than a millisecond, a cold one with a model many seconds. */
const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Gauges that are named like counters: `promtool check metrics` refuses them, and the same figures come by type too. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Metrics by prom-client, with those of the process beside them. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;

  constructor(version: string) {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    this.#requests = new Histogram({
      name: 'preheat_http_request_duration_seconds',
      help: 'Time until a response began, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS_SECONDS,
      registers: [this.#registry],
    });
    new Gauge({
      name: 'preheat_build_info',
      help: 'The version that runs.',
      labelNames: ['version'],
      registers: [this.#registry],
    }).set({ version }, 1);
  }

  request({ method, route, status, tookMs }: MeasuredRequest): void {
    this.#requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, tookMs / 1_000);
  }

  async show(figures: readonly Figure[]): Promise<string> {
    return `${await this.#registry.metrics()}\n${figures.map(written).join('\n')}\n`;
  }
}

/** The store's own counters are written as they are: prom-client's count in this process, from zero. */
function written({ name, help, kind, values }: Figure): string {
  const lines = values.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines].join('\n');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
