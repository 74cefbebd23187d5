import { Button } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { itemSearchQuery, PAGE_SIZE, type ItemFilter } from '../../data/items.ts';
import { isMoving } from '../../live/live-provider.tsx';
import { countOf } from '../../text/counts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchIcon } from '../../ui/icons.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ItemRow } from './item-row.tsx';
import { VirtualRows } from './virtual-rows.tsx';
import classes from './matching-items.module.css';

const REFRESH_MS = 2_000;
/** So many rows before the end the next page is asked for. */
const AHEAD = 40;

export interface MatchingItemsProps {
  readonly batch: Batch;
  readonly filter: ItemFilter;
  readonly selected: ReadonlySet<string>;
  readonly onToggle: (itemId: string) => void;
  readonly onClear: () => void;
}

/** Items that match a filter, found as far as one scrolls. */
export function MatchingItems({ batch, filter, selected, onToggle, onClear }: MatchingItemsProps) {
  const client = useClient();
  const query = useInfiniteQuery(itemSearchQuery(client, batch.id, filter));
  const { data, hasNextPage, isFetching, fetchNextPage, refetch } = query;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const seen = useRef({ first: 0, last: 0 });
  const { length } = items;
  // A search through many rows that finds little goes on by itself until there is a screen of them.
  useEffect(() => {
    if (hasNextPage && !isFetching && length < PAGE_SIZE) void fetchNextPage();
  }, [hasNextPage, isFetching, length, fetchNextPage]);
  const onRange = useCallback(
    (first: number, last: number) => {
      seen.current = { first, last };
      if (hasNextPage && !isFetching && last > length - AHEAD) void fetchNextPage();
    },
    [hasNextPage, isFetching, length, fetchNextPage],
  );
  // While somebody reads further down the list stays as it is; at its head it follows the batch.
  const version = useThrottledValue(batch.version, REFRESH_MS);
  useEffect(() => {
    if (seen.current.first === 0 && length <= PAGE_SIZE) void refetch({ cancelRefetch: false });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a new version is a reason
  }, [version, refetch]);
  if (query.error !== null && data === undefined)
    return <ProblemNote error={query.error} onRetry={() => void refetch()} />;
  if (length === 0) {
    return hasNextPage || data === undefined ? (
      <div className={classes['foot']}>Searching…</div>
    ) : (
      <Nothing onClear={onClear} />
    );
  }
  return (
    <>
      <VirtualRows
        count={length}
        startAt={0}
        label="Matching items"
        onRange={onRange}
        row={(index) => {
          const item = items[index];
          return item && <ItemRow item={item} isSelected={selected.has(item.id)} onToggle={onToggle} />;
        }}
      />
      <div className={classes['foot']} role="status">
        {hasNextPage ? `${countOf(length, 'item')} so far` : countOf(length, 'item')}
        {isMoving(batch) && seen.current.first > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => void refetch()}>
            Refresh
          </Button>
        )}
      </div>
    </>
  );
}

function Nothing({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      icon={<SearchIcon />}
      title="No item matches"
      action={
        <Button variant="default" onClick={onClear}>
          Show all items
        </Button>
      }
    >
      The search looks at what was submitted and at errors.
    </EmptyState>
  );
}
