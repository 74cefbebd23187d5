import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useClient } from '../../app/client.tsx';
import { sessionQuery } from '../../data/session.ts';
import { Panel } from '../../ui/panel.tsx';

/** Who is signed in here, and the way out. */
export function SessionPanel() {
  const client = useClient();
  const { data: session } = useQuery(sessionQuery(client));
  const signOut = useMutation({
    mutationFn: (everywhere: 'true' | 'false') => client.session.signOut({ everywhere }),
    onSuccess: () => window.location.reload(),
  });
  if (session === undefined) return null;
  if (session.isOpen) {
    return (
      <Panel>
        This server is open to whoever is on this machine. Set PREHEAT_ADMIN_KEY to ask everybody for a key.
      </Panel>
    );
  }
  return (
    <Panel>
      <Group justify="space-between" gap="md">
        <div>
          Signed in with <b>{session.name}</b>, as {session.role}
          {session.project !== null && ` of the project ${session.project}`}.
        </div>
        <Group gap="xs">
          <Button variant="default" onClick={() => signOut.mutate('false')}>
            Sign out
          </Button>
          <Button variant="default" onClick={() => signOut.mutate('true')}>
            Sign out everywhere
          </Button>
        </Group>
      </Group>
    </Panel>
  );
}
