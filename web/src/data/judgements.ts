import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

const PAGE_SIZE = 100;
const WEEK_HOURS = 168;

/** Answers that a model judged, newest first; only those whose lower mark is below a bound. */
export function judgedQuery(client: PreheatClient, below: number | undefined) {
  return infiniteQueryOptions({
    queryKey: ['judged', below],
    queryFn: ({ pageParam, signal }) =>
      client.answers.judged({ below, limit: PAGE_SIZE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 10_000),
  });
}

/** Marks by the hour, of the last week. */
export function judgedHoursQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['judged', 'hours'],
    queryFn: ({ signal }) => client.answers.judgedHours({ hours: WEEK_HOURS }, { signal }),
    refetchInterval: 60_000,
  });
}

/** What is to be judged yet, and what could not be. */
export function judgingQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['judged', 'state'],
    queryFn: ({ signal }) => client.answers.judging({ signal }),
    refetchInterval: 10_000,
  });
}
