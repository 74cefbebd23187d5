import { queryOptions } from '@tanstack/react-query';
import type { PreheatClient } from '#sdk/index.ts';

/** The project that this page shows. */
const SHOWN_PROJECT = 'default';

export function projectQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['project', SHOWN_PROJECT],
    queryFn: ({ signal }) => client.projects.get(SHOWN_PROJECT, { signal }),
    // While an index is made anew, its end is to be seen.
    refetchInterval: ({ state }) => {
      const embedder = state.data?.effective.embedder;
      return embedder !== undefined && embedder.serving !== embedder.wanted ? 3_000 : false;
    },
  });
}
