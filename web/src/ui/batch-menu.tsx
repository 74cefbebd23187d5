import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactElement } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useMay } from '../data/may.ts';
import { useSteer, VERB_WORDS, verbsOf, type Verb } from '../data/steer.ts';
import { titleOf } from '../text/batches.ts';
import { fullCount } from '../text/counts.ts';
import { ConfirmDialog } from './confirm-button.tsx';
import { MoreIcon, PauseIcon, PlayIcon, RetryIcon, StopIcon, TrashIcon } from './icons.tsx';

export const VERB_ICONS: Readonly<Record<Verb, ReactElement>> = {
  pause: <PauseIcon size={16} />,
  resume: <PlayIcon size={16} />,
  cancel: <StopIcon size={16} />,
  retry: <RetryIcon size={16} />,
  delete: <TrashIcon size={16} />,
};

/** What can be done to a batch of a list. */
export function BatchMenu({ batch }: { readonly batch: Batch }) {
  const steer = useSteer();
  const [isAsking, { open, close }] = useDisclosure(false);
  if (!useMay('warm')) return null;
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${titleOf(batch)}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {verbsOf(batch).map((verb) => (
            <Menu.Item
              key={verb}
              leftSection={VERB_ICONS[verb]}
              {...(verb === 'delete' ? { color: 'red' } : {})}
              onClick={verb === 'delete' ? open : () => steer.mutate({ verb, batch })}
            >
              {VERB_WORDS[verb]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        question={`Delete “${titleOf(batch)}”?`}
        consequence={deletionOf(batch)}
        verb="Delete"
        onConfirm={() => steer.mutate({ verb: 'delete', batch })}
      />
    </>
  );
}

/** What goes with a batch, and what stays. */
export function deletionOf(batch: Batch): string {
  const stays =
    batch.workload === 'documents' ? 'Documents that were read stay.' : 'Answers that were made stay warm.';
  return `Its ${fullCount(batch.total)} items and their history will be gone. ${stays}`;
}
