import { infiniteQueryOptions } from '@tanstack/react-query';
import type { DeadLetterQuery, PreheatClient } from '#sdk/index.ts';

const PAGE_SIZE = 100;

export type DeadLetterFilter = Pick<DeadLetterQuery, 'error' | 'text'>;

/** Failed items that match, with the groups of all that failed. */
export function deadLettersQuery(client: PreheatClient, filter: DeadLetterFilter) {
  return infiniteQueryOptions({
    queryKey: ['dead-letters', filter],
    queryFn: ({ pageParam, signal }) =>
      client.deadLetters.list({ ...filter, limit: PAGE_SIZE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 4_000),
  });
}
