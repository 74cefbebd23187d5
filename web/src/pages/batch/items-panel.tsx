import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import type { Batch, ItemStatus, StartOperation } from '#sdk/index.ts';
import type { ItemFilter } from '../../data/items.ts';
import { loadPart } from '../../live/load-part.ts';
import { Panel } from '../../ui/panel.tsx';
import { ItemActions } from './item-actions.tsx';
import { ItemFilters } from './item-filters.tsx';
import { heightOf, ROW_PX } from './row-heights.ts';
import classes from './items-panel.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

/* The long lists come beside the page: how far the batch is can be seen before. */
const AllItems = lazy(async () => ({ default: (await loadPart(() => import('./all-items.tsx'))).AllItems }));
const MatchingItems = lazy(async () => ({
  default: (await loadPart(() => import('./matching-items.tsx'))).MatchingItems,
}));

export interface ItemsPanelProps {
  readonly batch: Batch;
  readonly onOperation: (operation: StartOperation) => void;
}

/** The items of a batch: all by position, or those that match. */
export function ItemsPanel({ batch, onOperation }: ItemsPanelProps) {
  const search = useSearch({ from: '/queue/$batchId' });
  const navigate = useNavigate({ from: '/queue/$batchId' });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const setFilter = useCallback(
    (changes: Partial<Record<'status' | 'text' | 'error' | 'from', string>>) => {
      setSelected(new Set());
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false });
    },
    [navigate],
  );
  const filter = filterOf(search);
  const isFiltered = filter.status !== undefined || filter.text !== undefined || filter.error !== undefined;
  const from = Number(search.from ?? 0) || 0;
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const list = { batch, selected, onToggle: toggle };
  return (
    <>
      <ItemFilters batch={batch} filter={filter} from={from} onChange={setFilter} />
      <Panel isFlush>
        <div className={classes['list']}>
          <Suspense fallback={<Place count={batch.total} />}>
            {isFiltered ? (
              <MatchingItems
                key={JSON.stringify(filter)}
                {...list}
                filter={from > 0 ? { ...filter, from } : filter}
                onClear={() => setFilter(NO_FILTER)}
              />
            ) : (
              <AllItems {...list} from={from} />
            )}
          </Suspense>
        </div>
      </Panel>
      <ForScope scope="warm">
        <ItemActions
          batch={batch}
          filter={isFiltered ? filter : null}
          selected={selected}
          onOperation={onOperation}
          onDone={() => setSelected(new Set())}
        />
      </ForScope>
    </>
  );
}

/** The room that the list will take, so that nothing moves when it comes. */
function Place({ count }: { readonly count: number }) {
  return <div style={{ height: heightOf(count * ROW_PX) }} />;
}

const NO_FILTER = { status: '', text: '', error: '', from: '' };

function filterOf(search: {
  readonly status?: string;
  readonly text?: string;
  readonly error?: string;
}): ItemFilter {
  return {
    ...(search.status === undefined ? {} : { status: search.status as ItemStatus }),
    ...(search.text === undefined ? {} : { text: search.text }),
    ...(search.error === undefined ? {} : { error: search.error }),
  };
}
