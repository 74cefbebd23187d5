import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Item, ItemDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { batchQuery } from '../../data/batches.ts';
import { itemQuery } from '../../data/items.ts';
import { useMay } from '../../data/may.ts';
import { isMissing } from '../../text/problems.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { RetryIcon, TrashIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SideDrawer } from '../../ui/side-drawer.tsx';
import { useLastShown } from '../../ui/use-last-shown.ts';
import { ItemView } from '../batch/item-view.tsx';
import { useItemActions } from './use-item-actions.ts';

export interface FailedDrawerProps {
  readonly itemId: string | undefined;
  readonly onClose: () => void;
}

/** One failed item: each attempt, what was submitted, and what can be done. */
export function FailedDrawer({ itemId, onClose }: FailedDrawerProps) {
  const shownId = useLastShown(itemId);
  const { data, error } = useQuery({
    ...itemQuery(useClient(), shownId),
    enabled: itemId !== undefined,
  });
  return (
    <SideDrawer
      isOpen={itemId !== undefined}
      onClose={onClose}
      title="Item"
      footer={data !== undefined && <Actions item={data} onClose={onClose} />}
    >
      {isMissing(error) && <p>This item is gone: it was deleted, alone or with its batch.</p>}
      {data === undefined && !isMissing(error) && <ProblemNote error={error} />}
      {data !== undefined && <Details item={data} />}
    </SideDrawer>
  );
}

function Details({ item }: { readonly item: ItemDetail }) {
  const { data, error } = useQuery(batchQuery(useClient(), item.batchId));
  if (data !== undefined) return <ItemView item={item} batch={data} />;
  return error === null ? <Skeleton height={220} /> : <ProblemNote error={error} />;
}

function Actions({ item, onClose }: { readonly item: Item; readonly onClose: () => void }) {
  const { retry, remove } = useItemActions(item);
  const mayChange = useMay('warm');
  return (
    <>
      {item.status === 'failed' && mayChange && (
        <Button
          leftSection={<RetryIcon size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Retry
        </Button>
      )}
      <LinkButton
        variant="default"
        to="/queue/$batchId"
        params={{ batchId: item.batchId }}
        search={{ item: item.id }}
      >
        In its batch
      </LinkButton>
      {mayChange && (
        <ConfirmButton
          leftSection={<TrashIcon size={16} />}
          question="Delete this item?"
          consequence="It is removed from its batch, with its history."
          verb="Delete"
          loading={remove.isPending}
          onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
        >
          Delete
        </ConfirmButton>
      )}
    </>
  );
}
