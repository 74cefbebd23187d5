import { QueryClient } from '@tanstack/react-query';

/** The SDK repeats what may be repeated; a server on loopback is there without a network. */
export function openQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 2_000, gcTime: 120_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
