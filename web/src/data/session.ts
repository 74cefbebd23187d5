import { queryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

/** Who looks at the page, and what they may do. */
export function sessionQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => client.session.get({ signal }),
    staleTime: 60_000,
  });
}

export function keysQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['keys'],
    queryFn: async ({ signal }) => (await client.keys.list({ limit: 200 }, { signal })).items,
  });
}
