import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { MissGroup } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { coldWordings, matchingQuestions, type MissFilter } from '../../data/misses.ts';
import { countOf } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';

/** Warms questions in a batch, and goes there to watch. */
export function useWarmMisses() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (which: readonly MissGroup[] | MissFilter) => {
      const items = isChosen(which) ? coldWordings(which) : await matchingQuestions(client, which);
      return client.batches.submit({ workload: 'answers', items, name: 'Popular misses', source: 'typed' });
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['batches'] });
      void navigate({ to: '/queue/$batchId', params: { batchId: id } });
    },
    onError: sayNotDone('Not queued'),
  });
}

function isChosen(which: readonly MissGroup[] | MissFilter): which is readonly MissGroup[] {
  return Array.isArray(which);
}

/** Takes questions off the list: they come again when they are missed again. */
export function useForgetMisses() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (which: MissGroup | 'all') => {
      if (which === 'all') return client.misses.forgetAll();
      return client.misses.forget(which.id, { wordings: true });
    },
    onSuccess: ({ forgotten }, which) => {
      if (which === 'all') notifications.show({ message: `${countOf(forgotten, 'question')} forgotten` });
    },
    onError: sayNotDone('Not forgotten'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['misses'] }),
  });
}

function sayNotDone(title: string) {
  return (error: unknown) => {
    notifications.show({ color: 'red', title, message: tell(error).message });
  };
}
