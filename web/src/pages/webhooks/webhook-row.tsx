import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreatedWebhook, Delivery, Webhook } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { tell } from '../../text/problems.ts';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowNote, StandingRow } from '../../ui/standing-row.tsx';
import { Badge } from '../../ui/status-badge.tsx';

export interface WebhookRowProps {
  readonly webhook: Webhook;
  readonly onCreated: (created: CreatedWebhook) => void;
  /** Opens the log. */
  readonly onLook: () => void;
}

export function WebhookRow({ webhook, onCreated, onLook }: WebhookRowProps) {
  const { name, url, kind, events, isOn, deliveredAt } = webhook;
  return (
    <StandingRow
      name={name}
      isOff={!isOn}
      meta={
        <>
          <span>{kind === 'callbacks' ? 'Signs callbacks of asks' : url}</span>
          {events.length > 0 && <span>{events.join(', ')}</span>}
        </>
      }
      lately={
        deliveredAt === null ? (
          'Nothing arrived yet'
        ) : (
          <>
            Told <RelativeTime at={deliveredAt} />
          </>
        )
      }
      state={<State webhook={webhook} />}
      menu={<RowMenu webhook={webhook} onCreated={onCreated} onLook={onLook} />}
    />
  );
}

function State({ webhook: { isOn, failingSince } }: { readonly webhook: Webhook }) {
  if (!isOn) return <Badge tone="idle">Off</Badge>;
  if (failingSince === null) return <Badge tone="good">On</Badge>;
  return (
    <>
      <Badge tone="bad">Failing</Badge>
      <RowNote>
        since <RelativeTime at={failingSince} />
      </RowNote>
    </>
  );
}

function RowMenu({ webhook, onCreated, onLook }: WebhookRowProps) {
  const client = useClient();
  const [isAsking, { open, close }] = useDisclosure(false);
  const { id, name, isOn, kind } = webhook;
  const test = useAction(() => client.webhooks.test(id), sayTested);
  const rotate = useAction(() => client.webhooks.rotate(id), onCreated);
  const turn = useAction(() => client.webhooks.change(id, { isOn: !isOn }));
  const remove = useAction(() => client.webhooks.delete(id));
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onLook}>Deliveries</Menu.Item>
          {isOn && kind === 'endpoint' && <Menu.Item onClick={() => test.mutate()}>Send a test</Menu.Item>}
          <Menu.Item onClick={() => turn.mutate()}>{isOn ? 'Switch off' : 'Switch on'}</Menu.Item>
          <Menu.Item onClick={() => rotate.mutate()}>New secret</Menu.Item>
          <Menu.Item color="red" onClick={open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        question={`Delete “${name}”?`}
        consequence="What was still to be told it is dropped, and its log is gone."
        verb="Delete"
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}

function useAction<T>(mutationFn: () => Promise<T>, onSuccess?: (result: T) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    ...(onSuccess === undefined ? {} : { onSuccess }),
    onError: (error: unknown) =>
      void notifications.show({ color: 'red', title: 'Not done', message: tell(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
}

function sayTested({ status, attempts }: Delivery): void {
  const last = attempts.at(-1);
  const how =
    last === undefined ? 'on its way' : `${last.status ?? last.error} after ${Math.round(last.tookMs)} ms`;
  const isThere = status === 'delivered';
  notifications.show({
    color: isThere ? 'green' : 'red',
    title: isThere ? 'The test arrived' : 'The test has not arrived',
    message: isThere ? `It answered ${how}.` : `${how}. It is tried again; the deliveries say how that goes.`,
  });
}
