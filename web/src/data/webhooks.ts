import { queryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

/** Who is told what happens in the project. */
export function webhooksQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['webhooks'],
    queryFn: async ({ signal }) => (await client.webhooks.list({ limit: 100 }, { signal })).items,
    refetchInterval: 10_000,
  });
}

/** What was told one of them, newest first. */
export function deliveriesQuery(client: PreheatClient, webhookId: string) {
  return queryOptions({
    queryKey: ['webhooks', webhookId, 'deliveries'],
    queryFn: async ({ signal }) =>
      (await client.webhooks.deliveries(webhookId, { limit: 50 }, { signal })).items,
    refetchInterval: 3_000,
  });
}
