import { infiniteQueryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

const AT_ONCE = 50;

/** What changes of a document did to the answers, newest first. */
export function changesQuery(client: PreheatClient, documentId: string) {
  return infiniteQueryOptions({
    queryKey: ['document', documentId, 'changes'],
    queryFn: ({ pageParam, signal }) =>
      client.changes.list({ document: documentId, limit: AT_ONCE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** The answers that a change touched. */
export function touchedQuery(client: PreheatClient, changeId: string) {
  return infiniteQueryOptions({
    queryKey: ['change', changeId, 'answers'],
    queryFn: ({ pageParam, signal }) =>
      client.changes.answers(changeId, { limit: AT_ONCE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}
