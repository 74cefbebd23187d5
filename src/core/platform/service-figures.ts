import type { ServiceFacts } from '#ports/service.ts';
import type { Figure } from '#ports/metrics.ts';
import type { ServiceState } from './watch-service.ts';

/** What the services beside the store say of themselves, for a monitoring system; those that are away say nothing. */
export function serviceFigures(states: readonly ServiceState[]): Figure[] {
  const seen = states.flatMap(({ name, isUp, facts }) => (isUp && facts !== null ? [{ name, facts }] : []));
  return seen.length === 0
    ? []
    : FIGURES.map(({ read, ...figure }) => ({
        ...figure,
        values: seen.flatMap(({ name, facts }) => {
          const value = read(facts);
          return value === null ? [] : [{ labels: { service: name }, value }];
        }),
      }));
}

interface Described extends Omit<Figure, 'values'> {
  readonly read: (facts: ServiceFacts) => number | null;
}

const FIGURES: readonly Described[] = [
  {
    name: 'preheat_service_memory_bytes',
    help: 'Memory that a service beside the store has used.',
    kind: 'gauge',
    read: ({ usedBytes }) => usedBytes,
  },
  {
    name: 'preheat_service_memory_limit_bytes',
    help: 'Memory that it may use; absent: that of its machine.',
    kind: 'gauge',
    read: ({ maxBytes }) => maxBytes,
  },
  {
    name: 'preheat_service_latency_seconds',
    help: 'How long it took to describe itself, at the last look.',
    kind: 'gauge',
    read: ({ latencyMs }) => latencyMs / 1_000,
  },
  {
    name: 'preheat_service_clients',
    help: 'Connections to it, of everybody.',
    kind: 'gauge',
    read: ({ clients }) => clients,
  },
  {
    name: 'preheat_service_commands_per_second',
    help: 'Commands of everybody that it carried out in a second, at the last look.',
    kind: 'gauge',
    read: ({ commandsPerSecond }) => commandsPerSecond,
  },
  {
    name: 'preheat_service_evicted_keys_total',
    help: 'Keys that it threw out for want of memory since it started.',
    kind: 'counter',
    read: ({ evictedKeys }) => evictedKeys,
  },
];
