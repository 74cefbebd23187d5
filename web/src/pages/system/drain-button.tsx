import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Worker } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { tell } from '../../text/problems.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';

/** Lets a process finish what it has, and take no more: before its machine is taken away. */
export function DrainButton({ worker }: { readonly worker: Worker }) {
  const client = useClient();
  const queries = useQueryClient();
  const drain = useMutation({
    mutationFn: () => client.system.drainWorker(worker.id),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not drained', message: tell(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['workers'] }),
  });
  return (
    <ConfirmButton
      size="compact-sm"
      aria-label={`Drain ${worker.host}, process ${worker.pid}`}
      disabled={worker.isDraining || drain.isPending}
      question={`Drain ${worker.host}, process ${worker.pid}?`}
      consequence={
        worker.role === 'worker'
          ? 'It finishes what it has, takes no more, and ends.'
          : 'It finishes what it has and takes no more. It goes on answering requests, and works again after a restart.'
      }
      verb="Drain"
      onConfirm={() => drain.mutate()}
    >
      Drain
    </ConfirmButton>
  );
}
