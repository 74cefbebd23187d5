import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Item } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { tell } from '../../text/problems.ts';

/** What can be done with one failed item. */
export function useItemActions({ id, batchId }: Pick<Item, 'id' | 'batchId'>) {
  const client = useClient();
  const queries = useQueryClient();
  const onSettled = () => {
    for (const key of [
      ['dead-letters'],
      ['item', id],
      ['items', batchId],
      ['batch', batchId],
      ['batches'],
      ['stats'],
    ]) {
      void queries.invalidateQueries({ queryKey: key });
    }
  };
  const retry = useMutation({
    mutationFn: () => client.items.retry(id),
    onSuccess: () =>
      notifications.show({ title: 'Sent again', message: 'If it fails once more, it comes back here.' }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not retried', message: tell(error).message }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => client.items.delete(id),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not deleted', message: tell(error).message }),
    onSettled,
  });
  return { retry, remove };
}
