import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ItemQuery, PreheatClient } from '#sdk/index.ts';

/** Items of one page; page `p` holds the positions from `p * PAGE_SIZE + 1` on. */
export const PAGE_SIZE = 100;

/** Items by position, so that any place of a long batch is one request away. */
export function itemPageQuery(client: PreheatClient, batchId: string, page: number) {
  return queryOptions({
    queryKey: ['items', batchId, 'page', page],
    queryFn: ({ signal }) =>
      client.batches.items(batchId, { from: page * PAGE_SIZE + 1, limit: PAGE_SIZE }, { signal }),
    gcTime: 30_000,
  });
}

export type ItemFilter = Pick<ItemQuery, 'status' | 'text' | 'error' | 'from'>;

/** Items that match, one page after the other. A page may be short: the server looks for a while, then says how far it came. */
export function itemSearchQuery(client: PreheatClient, batchId: string, filter: ItemFilter) {
  return infiniteQueryOptions({
    queryKey: ['items', batchId, 'search', filter],
    queryFn: ({ pageParam, signal }) =>
      client.batches.items(
        batchId,
        { ...filter, limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    gcTime: 30_000,
  });
}

export function itemQuery(client: PreheatClient, itemId: string) {
  return queryOptions({
    queryKey: ['item', itemId],
    queryFn: ({ signal }) => client.items.get(itemId, { signal }),
    refetchInterval: ({ state }) => {
      const status = state.data?.status;
      return status === 'pending' || status === 'processing' ? 1_500 : 15_000;
    },
  });
}
