import { CloseButton } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { DeadLetters } from '#sdk/index.ts';
import type { DeadLetterFilter } from '../../data/dead-letters.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EndlessList } from '../../ui/endless-list.tsx';
import { SearchIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import classes from './dead-letters-page.module.css';
import { FailedRow } from './failed-row.tsx';

export interface FailedItemsProps {
  readonly filter: DeadLetterFilter;
  readonly query: UseInfiniteQueryResult<InfiniteData<DeadLetters>>;
}

/** The failed items that match, any number of them. */
export function FailedItems({ filter, query }: FailedItemsProps) {
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const onEnd = query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined;
  const navigate = useNavigate({ from: '/dead-letters' });
  const search = useCallback(
    (next: string) =>
      void navigate({
        search: ({ text: _before, ...others }) => (next === '' ? others : { ...others, text: next }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return (
    <section>
      <div className={classes['bar']}>
        <h2 className={classes['title']}>
          {filter.error === undefined ? (
            'Items'
          ) : (
            <>
              Items with <code>{filter.error}</code>
              <CloseButton
                size="sm"
                aria-label="Items with every error"
                onClick={() =>
                  void navigate({ search: ({ error: _before, ...others }) => others, resetScroll: false })
                }
              />
            </>
          )}
        </h2>
        <div className={classes['search']}>
          <SearchBox label="Search items and errors" value={filter.text ?? ''} onChange={search} />
        </div>
      </div>
      <Panel isFlush>
        {items.length === 0 && !query.hasNextPage ? (
          <EmptyState icon={<SearchIcon />} title="No failed item matches">
            Try another word of the question, the file name or the message.
          </EmptyState>
        ) : (
          <div className={classes['rows']}>
            <EndlessList
              items={items}
              keyOf={({ id }) => id}
              estimate={63}
              label="Failed items"
              onEnd={onEnd}
            >
              {(item) => <FailedRow item={item} />}
            </EndlessList>
          </div>
        )}
      </Panel>
    </section>
  );
}
