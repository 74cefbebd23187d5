import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Batch, PreheatClient, ResultsQuery } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { offerFile } from '../../data/download.ts';
import { useMay } from '../../data/may.ts';
import { useSteer, VERB_WORDS, verbsOf } from '../../data/steer.ts';
import { isEnded, titleOf } from '../../text/batches.ts';
import { tell } from '../../text/problems.ts';
import { deletionOf, VERB_ICONS } from '../../ui/batch-menu.tsx';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { ClockIcon, DownloadIcon, MoreIcon, PencilIcon, PlusIcon, TrashIcon } from '../../ui/icons.tsx';
import classes from './batch-actions.module.css';

export interface BatchActionsProps {
  readonly batch: Batch;
  readonly onAdd: () => void;
  readonly onChange: () => void;
}

export function BatchActions({ batch, onAdd, onChange }: BatchActionsProps) {
  const steer = useSteer();
  // Of what was running the row stays when its buttons go, so that nothing below moves.
  const [wasMoving] = useState(!isEnded(batch));
  const mayWarm = useMay('warm');
  const shown = mayWarm ? verbsOf(batch).filter((verb) => verb !== 'delete' && verb !== 'retry') : [];
  return (
    <div className={classes['root']} data-roomy={wasMoving || undefined}>
      {shown.map((verb) => (
        <Button
          key={verb}
          variant="default"
          leftSection={VERB_ICONS[verb]}
          onClick={() => steer.mutate({ verb, batch })}
        >
          {VERB_WORDS[verb]}
        </Button>
      ))}
      {mayWarm && !isEnded(batch) && batch.workload === 'answers' && (
        <Button
          className={classes['add'] ?? ''}
          variant="default"
          leftSection={<PlusIcon size={16} />}
          aria-label="Add more"
          onClick={onAdd}
        >
          <span>Add more</span>
        </Button>
      )}
      <MoreMenu batch={batch} onChange={onChange} />
    </div>
  );
}

function MoreMenu({ batch, onChange }: { readonly batch: Batch; readonly onChange: () => void }) {
  const client = useClient();
  const steer = useSteer();
  const navigate = useNavigate();
  const mayWarm = useMay('warm');
  const [isAsking, { open, close }] = useDisclosure(false);
  const remove = () =>
    steer.mutate({ verb: 'delete', batch }, { onSuccess: () => void navigate({ to: '/queue' }) });
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More actions">
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWarm && (
            <Menu.Item leftSection={<PencilIcon size={16} />} onClick={onChange}>
              Name, priority, pace
            </Menu.Item>
          )}
          {mayWarm && batch.workload === 'answers' && (
            <Menu.Item
              leftSection={<ClockIcon size={16} />}
              onClick={() => void navigate({ to: '/schedules', search: { batch: batch.id } })}
            >
              Warm again on a schedule
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<DownloadIcon size={16} />}
            onClick={() => void download(client, batch, 'csv')}
          >
            Results as CSV
          </Menu.Item>
          <Menu.Item
            leftSection={<DownloadIcon size={16} />}
            onClick={() => void download(client, batch, 'jsonl')}
          >
            Results as JSON lines
          </Menu.Item>
          {mayWarm && <DeleteItem onClick={open} />}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        question={`Delete “${titleOf(batch)}”?`}
        consequence={deletionOf(batch)}
        verb="Delete"
        onConfirm={remove}
      />
    </>
  );
}

function DeleteItem({ onClick }: { readonly onClick: () => void }) {
  return (
    <>
      <Menu.Divider />
      <Menu.Item color="red" leftSection={<TrashIcon size={16} />} onClick={onClick}>
        Delete
      </Menu.Item>
    </>
  );
}

/** Through the client, so that a server that asks for a key gets it. */
async function download(
  client: PreheatClient,
  batch: Batch,
  format: NonNullable<ResultsQuery['format']>,
): Promise<void> {
  try {
    const blob = await new Response(await client.batches.results(batch.id, { format })).blob();
    offerFile(`${batch.id}.${format}`, blob);
  } catch (error) {
    notifications.show({ color: 'red', title: 'Not downloaded', message: tell(error).message });
  }
}
