import { queryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

/** What needs a person and is not over. */
export function openAlertsQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['alerts', 'open'],
    queryFn: async ({ signal }) => (await client.system.alerts({ open: true, limit: 200 }, { signal })).items,
    refetchInterval: 5_000,
  });
}
