import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Encryption } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { encryptionQuery } from '../../data/system.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ForScope } from '../../ui/for-scope.tsx';

/** Which key answers and items are kept with, and how far they are sealed with it. */
export function EncryptionPanel() {
  const client = useClient();
  const queries = useQueryClient();
  const { data } = useQuery(encryptionQuery(client));
  const reseal = useMutation({
    mutationFn: () => client.system.reseal(),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not sealed anew', message: tell(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['encryption'] }),
  });
  if (data === undefined || (data.key === null && data.keys.length === 0)) return null;
  const old = data.keys.filter(({ name }) => name !== data.key);
  return (
    <Panel
      title="Encryption"
      aside={
        <ForScope scope="admin">
          <Button
            size="compact-xs"
            variant="subtle"
            disabled={reseal.isPending || data.pass?.isOver === false}
            onClick={() => reseal.mutate()}
          >
            Seal anew
          </Button>
        </ForScope>
      }
    >
      <Facts
        facts={[
          { name: 'Key', value: data.key === null ? 'off' : <code>{data.key}</code> },
          {
            name: 'Still needed',
            value: old.length === 0 ? 'no other key' : old.map(({ name }) => name).join(', '),
          },
          { name: 'Sealed with it', value: <Pass pass={data.pass} /> },
        ]}
      />
    </Panel>
  );
}

function Pass({ pass }: { readonly pass: Encryption['pass'] }) {
  if (pass === null) return 'from the first row on';
  if (!pass.isOver) return `${fullCount(pass.looked)} of ${countOf(pass.total, 'row')} so far`;
  return (
    <>
      everything, since <RelativeTime at={pass.endedAt ?? pass.startedAt} />
    </>
  );
}
