import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { batchesQuery } from '../../data/batches.ts';
import { useOperation } from '../../data/operations.ts';
import { useLiveBatches } from '../../live/live-provider.tsx';
import { FlameIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { OperationStrip } from '../../ui/operation-strip.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { BatchList } from './batch-list.tsx';
import { QueueFilters } from './queue-filters.tsx';
import type { QueueFilter } from './queue-filter.ts';
import { SelectionBar } from './selection-bar.tsx';
import { ForScope } from '../../ui/for-scope.tsx';

/** Every batch, live. */
export function QueuePage() {
  const client = useClient();
  const navigate = useNavigate({ from: '/queue' });
  const filter = useSearch({ from: '/queue' }) as QueueFilter;
  const query = useInfiniteQuery({ ...batchesQuery(client, filter), placeholderData: keepPreviousData });
  const batches = query.data?.pages.flatMap((page) => page.items) ?? [];
  useLiveBatches(batches);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const operation = useOperation();
  const setFilter = useCallback(
    (changes: Partial<Record<keyof QueueFilter, string>>) => {
      setSelected(new Set());
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
    },
    [navigate],
  );
  return (
    <>
      <PageHeader
        title="Queue"
        lead="Every batch of work: waiting, running and done."
        actions={
          <LinkButton to="/warm" leftSection={<FlameIcon size={16} />}>
            Warm questions
          </LinkButton>
        }
      />
      <QueueFilters filter={filter} onChange={setFilter} />
      <OperationStrip operation={operation.operation} onDismiss={operation.dismiss} onUndo={operation.undo} />
      {query.data === undefined && query.error !== null ? (
        <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <BatchList
          batches={batches}
          isKnown={query.data !== undefined}
          isFiltered={Object.values(filter).some((value) => value !== undefined)}
          selected={selected}
          onSelect={setSelected}
        />
      )}
      {query.hasNextPage && (
        <MoreButton isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} />
      )}
      <ForScope scope="warm">
        <SelectionBar
          chosen={batches.filter(({ id }) => selected.has(id))}
          hasMore={
            query.hasNextPage &&
            isAllChosen(batches, selected) &&
            filter.source === undefined &&
            filter.requestId === undefined
          }
          filter={filter}
          onOperation={operation.start}
          onDone={() => setSelected(new Set())}
        />
      </ForScope>
    </>
  );
}

function isAllChosen(batches: readonly Batch[], selected: ReadonlySet<string>): boolean {
  return batches.length > 0 && batches.every(({ id }) => selected.has(id));
}

function MoreButton({ isBusy, onClick }: { readonly isBusy: boolean; readonly onClick: () => void }) {
  return (
    <Button variant="default" mt="md" loading={isBusy} onClick={onClick} fullWidth>
      Show older ones
    </Button>
  );
}
