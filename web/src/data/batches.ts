import {
  infiniteQueryOptions,
  queryOptions,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import type { Batch, BatchPage, BatchQuery, PreheatClient } from '#sdk/index.ts';

const PAGE_SIZE = 50;

/** Batches that match, newest first. */
export function batchesQuery(client: PreheatClient, filter: Omit<BatchQuery, 'limit' | 'cursor'>) {
  return infiniteQueryOptions({
    queryKey: ['batches', filter],
    queryFn: ({ pageParam, signal }) =>
      client.batches.list(
        { ...filter, limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // Progress comes by events; this is for batches that are new.
    refetchInterval: 5_000,
  });
}

export function batchQuery(client: PreheatClient, batchId: string) {
  return queryOptions({
    queryKey: ['batch', batchId],
    queryFn: ({ signal }) => client.batches.get(batchId, {}, { signal }),
    // Events bring what moves; this is for what others change about a batch that has ended.
    refetchInterval: 15_000,
  });
}

/** Shows a batch as the server just gave it, wherever it is drawn. */
export function putBatch(queries: QueryClient, batch: Batch): void {
  queries.setQueryData(['batch', batch.id], batch);
  queries.setQueriesData<InfiniteData<BatchPage>>({ queryKey: ['batches'] }, (data) =>
    data === undefined
      ? data
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map((one) => (one.id === batch.id ? batch : one)),
          })),
        },
  );
}
