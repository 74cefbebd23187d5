import { queryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

export function statsQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['stats'],
    queryFn: ({ signal }) => client.system.stats({ signal }),
    refetchInterval: 4_000,
  });
}

/** What is kept of requests to other models. */
export function turnsQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['turns'],
    queryFn: ({ signal }) => client.turns.stats({ signal }),
    refetchInterval: 10_000,
  });
}

export function workersQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['workers'],
    queryFn: ({ signal }) => client.system.workers({ signal }),
    refetchInterval: 10_000,
  });
}

/** A pass over everything is watched; else it changes with a restart. */
export function encryptionQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['encryption'],
    queryFn: ({ signal }) => client.system.encryption({ signal }),
    refetchInterval: ({ state }) => (state.data?.pass?.isOver === false ? 1_000 : 30_000),
  });
}

/** But for the services beside it, it changes with a restart of the server, which asks for everything anew. */
export function systemQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['system'],
    queryFn: ({ signal }) => client.system.describe({ signal }),
    staleTime: 60_000,
    refetchInterval: ({ state }) => ((state.data?.services.length ?? 0) > 0 ? 5_000 : false),
  });
}

export function readyQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['ready'],
    queryFn: ({ signal }) => client.system.ready({ signal }),
    refetchInterval: 10_000,
  });
}
