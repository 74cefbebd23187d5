import { infiniteQueryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

const PAGE_SIZE = 100;

/** What was changed, newest first. */
export function auditQuery(client: PreheatClient, text: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['audit', text],
    queryFn: ({ pageParam, signal }) =>
      client.audit.list(
        {
          limit: PAGE_SIZE,
          ...(text === undefined ? {} : { text }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: 10_000,
  });
}
