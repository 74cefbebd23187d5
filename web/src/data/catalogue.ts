import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { PreheatClient, RecordKind } from '#sdk/index.ts';

const RECORDS_AT_ONCE = 60;
const CHILDREN_AT_ONCE = 200;

/** What is cached of one kind, in the order of names. */
export function recordsQuery(client: PreheatClient, kind: RecordKind, text: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['records', kind, text ?? ''],
    queryFn: ({ pageParam, signal }) =>
      client.catalogue.records(
        { kind, text, known: true, limit: RECORDS_AT_ONCE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // A batch that ran meanwhile has filled it.
    refetchOnMount: 'always',
  });
}

export function catalogueStatsQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['catalogue-stats'],
    queryFn: ({ signal }) => client.catalogue.stats({ signal }),
    refetchInterval: 10_000,
  });
}

/** What one item of a batch led to; without a parent, what was submitted. `version` makes it move with the batch. */
export function ledToQuery(client: PreheatClient, batchId: string, parent: string | null, version: number) {
  return queryOptions({
    queryKey: ['led-to', batchId, parent, version],
    queryFn: ({ signal }) =>
      client.batches.items(
        batchId,
        { ...(parent === null ? { depth: 0 } : { parent }), limit: CHILDREN_AT_ONCE },
        { signal },
      ),
    placeholderData: (before) => before,
    gcTime: 10_000,
  });
}
