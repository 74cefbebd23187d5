import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Operation, StartOperation } from '#sdk/index.ts';
import { useClient } from '../app/client.tsx';
import { tell } from '../text/problems.ts';

export interface RunningOperation {
  readonly operation: Operation | null;
  /** What to start, or a call that starts it. */
  readonly start: (what: StartOperation | (() => Promise<Operation>)) => void;
  readonly undo: (operationId: string) => void;
  readonly dismiss: () => void;
}

/** An action on everything that matches a filter, followed until it has ended. */
export function useOperation(): RunningOperation {
  const client = useClient();
  const queries = useQueryClient();
  const started = useMutation({
    mutationFn: (what: StartOperation | (() => Promise<Operation>)) =>
      typeof what === 'function' ? what() : client.operations.start(what),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not started', message: tell(error).message }),
  });
  const id = started.data?.id ?? null;
  const followed = useQuery({
    queryKey: ['operation', id],
    queryFn: ({ signal }) => client.operations.get(id ?? '', { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.status === 'completed' ? false : 400),
  });
  const operation = id === null ? null : (followed.data ?? started.data ?? null);
  const hasEnded = operation?.status === 'completed';
  useEffect(() => {
    if (!hasEnded) return;
    for (const key of ['batches', 'batch', 'items', 'stats', 'dead-letters'])
      void queries.invalidateQueries({ queryKey: [key] });
  }, [hasEnded, queries]);
  return {
    operation,
    start: (what) => started.mutate(what),
    undo: (operationId) => started.mutate(() => client.operations.undo(operationId)),
    dismiss: () => started.reset(),
  };
}
