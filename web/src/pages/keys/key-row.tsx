import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { ApiKey, CreatedKey } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { loadPart } from '../../live/load-part.ts';
import { tell } from '../../text/problems.ts';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { GaugeIcon, MoreIcon, RetryIcon, StopIcon } from '../../ui/icons.tsx';
import { showRates } from '../../text/rates.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowNote, StandingRow } from '../../ui/standing-row.tsx';
import { Badge } from '../../ui/status-badge.tsx';

const KeyLimits = lazy(async () => ({
  default: (await loadPart(() => import('./key-limits.tsx'))).KeyLimits,
}));

export interface KeyRowProps {
  readonly apiKey: ApiKey;
  readonly onCreated: (created: CreatedKey) => void;
}

export function KeyRow({ apiKey, onCreated }: KeyRowProps) {
  const { name, prefix, project, scopes, addresses, lastUsedAt, isUsable } = apiKey;
  return (
    <StandingRow
      name={name}
      isOff={!isUsable}
      meta={
        <>
          <code>{prefix}…</code>
          <span>{project ?? 'Every project'}</span>
          <span>{scopes.join(', ')}</span>
          {apiKey.rates !== null && <span>{showRates(apiKey.rates)}</span>}
          {addresses.length > 0 && <span>From {addresses.join(', ')}</span>}
        </>
      }
      lately={
        lastUsedAt === null ? (
          'Not used yet'
        ) : (
          <>
            Used <RelativeTime at={lastUsedAt} />
          </>
        )
      }
      state={<State apiKey={apiKey} />}
      menu={isUsable && <RowMenu apiKey={apiKey} onCreated={onCreated} />}
    />
  );
}

function State({ apiKey: { isUsable, revokedAt, expiresAt, replacedBy } }: { readonly apiKey: ApiKey }) {
  if (revokedAt !== null) return <Badge tone="idle">Revoked</Badge>;
  if (!isUsable) return <Badge tone="idle">Expired</Badge>;
  if (expiresAt === null) return <Badge tone="good">Works</Badge>;
  return (
    <>
      <Badge tone={replacedBy === null ? 'good' : 'wait'}>{replacedBy === null ? 'Works' : 'Replaced'}</Badge>
      <RowNote>
        ends <RelativeTime at={expiresAt} />
      </RowNote>
    </>
  );
}

function RowMenu({ apiKey, onCreated }: KeyRowProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [isLimiting, limits] = useDisclosure(false);
  const [isAsking, { open, close }] = useDisclosure(false);
  const again = {
    onError: (error: unknown) =>
      void notifications.show({ color: 'red', title: 'Not done', message: tell(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  };
  const rotate = useMutation({
    ...again,
    mutationFn: () => client.keys.rotate(apiKey.id),
    onSuccess: onCreated,
  });
  const revoke = useMutation({ ...again, mutationFn: () => client.keys.revoke(apiKey.id) });
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${apiKey.name}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {apiKey.replacedBy === null && (
            <Menu.Item leftSection={<RetryIcon size={16} />} onClick={() => rotate.mutate()}>
              Replace
            </Menu.Item>
          )}
          <Menu.Item leftSection={<GaugeIcon size={16} />} onClick={limits.open}>
            Limits
          </Menu.Item>
          <Menu.Item leftSection={<StopIcon size={16} />} color="red" onClick={open}>
            Revoke
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {isLimiting && <KeyLimits apiKey={apiKey} onClose={limits.close} />}
      </Suspense>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        question={`Revoke “${apiKey.name}”?`}
        consequence="Whoever shows it is turned away from now on, and sessions that were opened with it end."
        verb="Revoke"
        onConfirm={() => revoke.mutate()}
      />
    </>
  );
}
