import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Ask, Asked, PassageFilter, PreheatClient } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';

/** An answer, and how long this page waited for it. */
export interface Reply {
  readonly asked: Asked;
  readonly elapsedMs: number;
  readonly repliedAt: number;
}

export interface Asking {
  readonly reply: Reply | undefined;
  /** What was written so far of an answer that is being made. */
  readonly writing: string;
  readonly error: unknown;
  readonly isAsking: boolean;
  readonly isRefreshing: boolean;
  readonly again: () => void;
  readonly refresh: () => void;
}

/** Asks the question when there is one. A reply stands until somebody asks again. */
export function useAsk(question: string, filter: PassageFilter | undefined): Asking {
  const client = useClient();
  const queries = useQueryClient();
  const queryKey = ['ask', question, filter];
  const asked = { question, ...(filter === undefined ? {} : { filter }) };
  const [writing, setWriting] = useState('');
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => timed(client, asked, setWriting, signal),
    enabled: question !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const refresh = useMutation({
    mutationFn: () => timed(client, { ...asked, cache: 'refresh' }, setWriting),
    onSuccess: (reply) => {
      queries.setQueryData(queryKey, reply);
      void queries.invalidateQueries({ queryKey: ['answers'] });
    },
  });
  return {
    reply: query.data,
    writing,
    error: refresh.error ?? query.error,
    isAsking: query.isFetching,
    isRefreshing: refresh.isPending,
    again: () => void query.refetch(),
    refresh: () => refresh.mutate(),
  };
}

/** Shows the text as it comes; the reply is what stands at the end. */
async function timed(
  client: PreheatClient,
  ask: Omit<Ask, 'mode'>,
  onText: (text: string) => void,
  signal?: AbortSignal,
): Promise<Reply> {
  const begin = performance.now();
  const events = client.asks.stream(ask, { signal });
  let text = '';
  onText(text);
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done === true) {
      return { asked: next.value, elapsedMs: performance.now() - begin, repliedAt: Date.now() };
    }
    if (next.value.event === 'answer') continue;
    text = next.value.event === 'restart' ? '' : text + next.value.text;
    onText(text);
  }
}
