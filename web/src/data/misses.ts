import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { MissGroup, MissQuery, PassageFilter, PreheatClient } from '#sdk/index.ts';

const PAGE_SIZE = 100;

/** The most that one batch of them warms. */
const MOST_AT_ONCE = 1_000;

/** Missed once is no reason to look up. */
const POPULAR = 2;

export type MissFilter = Pick<MissQuery, 'state' | 'text'>;

/** Questions that somebody had to wait for, most missed first. */
export function missesQuery(client: PreheatClient, filter: MissFilter) {
  return infiniteQueryOptions({
    queryKey: ['misses', filter],
    queryFn: ({ pageParam, signal }) =>
      client.misses.list({ ...filter, limit: PAGE_SIZE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
}

/** How many were missed more than once and are still cold; the server gives a page, so there may be more. */
export function popularMissesQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['misses', 'popular'],
    queryFn: async ({ signal }) => {
      const { items, nextCursor } = await client.misses.list({ state: 'cold', limit: PAGE_SIZE }, { signal });
      const count = items.filter(({ misses }) => misses >= POPULAR).length;
      return { count, hasMore: nextCursor !== null && count === items.length };
    },
    refetchInterval: 15_000,
  });
}

/** A question, with what it keeps to where it does: an entry of a batch. */
export type AskedOf = string | { readonly question: string; readonly filter: PassageFilter };

/** The questions of everything that matches, as far as one batch takes them. */
export async function matchingQuestions(client: PreheatClient, filter: MissFilter): Promise<AskedOf[]> {
  const { items } = await client.misses.list({ ...filter, limit: MOST_AT_ONCE });
  return coldWordings(items);
}

/** Each wording has an answer of its own. Where none is cold, all are made sure of. */
export function coldWordings(misses: readonly MissGroup[]): AskedOf[] {
  return misses.flatMap(({ wordings }) => {
    const cold = wordings.filter(({ state }) => state === 'cold');
    return (cold.length > 0 ? cold : wordings).map(({ question, filter }) =>
      filter === null ? question : { question, filter },
    );
  });
}
