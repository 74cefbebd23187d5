import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer, AnswerQuery, PreheatClient } from '#sdk/index.ts';

const PAGE_SIZE = 100;

export type AnswerFilter = Pick<AnswerQuery, 'text' | 'found' | 'expired' | 'suspect' | 'documentId'>;

/** Cached answers that match, newest first. */
export function answersQuery(client: PreheatClient, filter: AnswerFilter) {
  return infiniteQueryOptions({
    queryKey: ['answers', filter],
    queryFn: ({ pageParam, signal }) =>
      client.answers.list({ ...filter, limit: PAGE_SIZE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Hits and new answers; a long list is not fetched anew for them, page after page.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
}

export function answerQuery(client: PreheatClient, answerId: string) {
  return queryOptions({
    queryKey: ['answer', answerId],
    queryFn: ({ signal }) => client.answers.get(answerId, { signal }),
  });
}

/** Anew when the answer is made again, or looked at again. */
export function explanationQuery(
  client: PreheatClient,
  { id, createdAt, corpusVersion }: Pick<Answer, 'id' | 'createdAt' | 'corpusVersion'>,
) {
  return queryOptions({
    queryKey: ['explanation', id, createdAt, corpusVersion],
    queryFn: ({ signal }) => client.answers.explain(id, { signal }),
  });
}
