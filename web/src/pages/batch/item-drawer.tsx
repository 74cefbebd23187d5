import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Batch, ItemDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { itemQuery } from '../../data/items.ts';
import { useMay } from '../../data/may.ts';
import { tell } from '../../text/problems.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { RetryIcon, TrashIcon } from '../../ui/icons.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SideDrawer } from '../../ui/side-drawer.tsx';
import { useLastShown } from '../../ui/use-last-shown.ts';
import { ItemView } from './item-view.tsx';

/** The item that the address names, beside the list. */
export function ItemDrawer({ batch }: { readonly batch: Batch }) {
  const { item: itemId } = useSearch({ from: '/queue/$batchId' });
  const navigate = useNavigate({ from: '/queue/$batchId' });
  const mayChange = useMay('warm');
  const close = () =>
    void navigate({ search: ({ item: _item, ...others }) => others, replace: true, resetScroll: false });
  const shownId = useLastShown(itemId);
  const { data, error } = useQuery({
    ...itemQuery(useClient(), shownId),
    enabled: itemId !== undefined,
  });
  return (
    <SideDrawer
      isOpen={itemId !== undefined}
      onClose={close}
      title="Item"
      footer={data !== undefined && mayChange && <Actions item={data} onClose={close} />}
    >
      {data === undefined ? <ProblemNote error={error} /> : <ItemView item={data} batch={batch} />}
    </SideDrawer>
  );
}

function Actions({ item, onClose }: { readonly item: ItemDetail; readonly onClose: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const onError = (error: Error) =>
    notifications.show({ color: 'red', title: 'Not done', message: tell(error).message });
  const onSettled = () => {
    for (const key of [['items', item.batchId], ['batch', item.batchId], ['stats']])
      void queries.invalidateQueries({ queryKey: key });
  };
  const retry = useMutation({
    mutationFn: () => client.items.retry(item.id),
    onSuccess: (changed) => queries.setQueryData(['item', item.id], changed),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => client.items.delete(item.id),
    onSuccess: onClose,
    onError,
    onSettled,
  });
  const canRetry = item.status === 'failed' || item.status === 'cancelled';
  return (
    <>
      {canRetry && (
        <Button
          leftSection={<RetryIcon size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Retry
        </Button>
      )}
      <ConfirmButton
        leftSection={<TrashIcon size={16} />}
        question="Delete this item?"
        consequence="It is cancelled if it runs, then removed with its history."
        verb="Delete"
        onConfirm={() => remove.mutate()}
      >
        Delete
      </ConfirmButton>
    </>
  );
}
