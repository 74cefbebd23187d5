import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useClient } from '../../app/client.tsx';
import { offerFile } from '../../data/download.ts';
import { tell } from '../../text/problems.ts';
import { Panel } from '../../ui/panel.tsx';

/** Takes the project elsewhere, as a file. */
export function CopyPanel({ name }: { readonly name: string }) {
  const client = useClient();
  const take = useMutation({
    mutationFn: async () => {
      const copy = await client.projects.export(name);
      offerFile(`${name}.preheat.jsonl`, await new Response(copy).blob());
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not copied', message: tell(error).message }),
  });
  return (
    <Panel
      title="Copy"
      aside={
        <Button size="compact-sm" loading={take.isPending} onClick={() => take.mutate()}>
          Export this project
        </Button>
      }
    >
      Documents with their files, answers, schedules, webhooks and settings, as one file that another
      installation can bring in. Batches and keys are not in it. It is not encrypted.
    </Panel>
  );
}
