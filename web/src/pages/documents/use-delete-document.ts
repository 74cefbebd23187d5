import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Document } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { tell } from '../../text/problems.ts';

/** Takes a document out of retrieval. */
export function useDeleteDocument() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Pick<Document, 'id' | 'name'>) => client.documents.delete(id),
    onSuccess: (_done, { name }) =>
      notifications.show({ title: 'Deleted', message: `${name} is no longer searched.` }),
    onError: (error, { name }) =>
      notifications.show({ color: 'red', title: `${name} was not deleted`, message: tell(error).message }),
    onSettled: () => {
      for (const key of ['documents', 'answers', 'stats'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** What deleting takes away. */
export const DELETE_CONSEQUENCE =
  'It is no longer searched. Answers that rest on it are not given any more as they are: they are made again, without it.';
