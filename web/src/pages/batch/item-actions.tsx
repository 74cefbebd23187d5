import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Batch, StartOperation } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import type { ItemFilter } from '../../data/items.ts';
import { countOf } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';
import { ChosenBar } from '../../ui/chosen-bar.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { RetryIcon, TrashIcon } from '../../ui/icons.tsx';

export interface ItemActionsProps {
  readonly batch: Batch;
  /** Null while all items are shown. */
  readonly filter: ItemFilter | null;
  readonly selected: ReadonlySet<string>;
  readonly onOperation: (operation: StartOperation) => void;
  readonly onDone: () => void;
}

/** Acts on the chosen items, or on every one that matches the filter. */
export function ItemActions({ batch, filter, selected, onOperation, onDone }: ItemActionsProps) {
  const each = useEachItem(batch.id, onDone);
  if (selected.size === 0 && filter === null) return null;
  const isAll = selected.size === 0;
  const act = (action: 'retry' | 'delete') => {
    if (!isAll) each.mutate({ action, itemIds: [...selected] });
    else if (filter !== null) onOperation({ on: 'items', action, filter: operationFilter(batch, filter) });
  };
  const things = isAll ? 'every item that matches' : countOf(selected.size, 'item');
  // Retrying is for what failed or was cancelled; the server refuses the rest, one by one.
  const canRetry =
    !isAll || filter?.status === undefined || filter.status === 'failed' || filter.status === 'cancelled';
  return (
    <ChosenBar
      label="Actions on items"
      what={isAll ? 'All that match' : `${selected.size} selected`}
      onDone={isAll ? null : onDone}
    >
      {canRetry && (
        <Button
          size="xs"
          variant="default"
          leftSection={<RetryIcon size={16} />}
          loading={each.isPending}
          onClick={() => act('retry')}
        >
          Retry
        </Button>
      )}
      <ConfirmButton
        size="xs"
        leftSection={<TrashIcon size={16} />}
        question={`Delete ${things}?`}
        consequence="They are cancelled if they run, then removed with their history."
        verb="Delete"
        onConfirm={() => act('delete')}
      >
        Delete
      </ConfirmButton>
    </ChosenBar>
  );
}

interface OnEach {
  readonly action: 'retry' | 'delete';
  readonly itemIds: readonly string[];
}

/** One call for each: a selection is what somebody clicked together, not thousands. */
function useEachItem(batchId: string, onDone: () => void) {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ action, itemIds }: OnEach) => {
      const calls = itemIds.map((id) =>
        action === 'retry' ? client.items.retry(id) : client.items.delete(id),
      );
      const refusals = (await Promise.allSettled(calls)).filter((call) => call.status === 'rejected');
      return { count: refusals.length, first: refusals[0]?.reason as unknown };
    },
    onSuccess: ({ count, first }) => {
      onDone();
      if (count > 0)
        notifications.show({
          color: 'red',
          title: `Not done for ${countOf(count, 'item')}`,
          message: tell(first).message,
        });
    },
    onSettled: () => {
      for (const key of [['items', batchId], ['batch', batchId], ['item'], ['stats']])
        void queries.invalidateQueries({ queryKey: key });
    },
  });
}

function operationFilter(batch: Batch, { status, text, error }: ItemFilter): StartOperation['filter'] {
  return {
    batchId: batch.id,
    ...(status === undefined ? {} : { itemStatus: status }),
    ...(text === undefined ? {} : { text }),
    ...(error === undefined ? {} : { error }),
  };
}
