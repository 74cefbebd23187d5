import { Button } from '@mantine/core';
import { useDebouncedValue, useThrottledValue } from '@mantine/hooks';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Batch, Item } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { itemPageQuery, PAGE_SIZE } from '../../data/items.ts';
import { fullCount } from '../../text/counts.ts';
import { EmptyRow, ItemRow } from './item-row.tsx';
import { VirtualRows } from './virtual-rows.tsx';
import classes from './all-items.module.css';

/** Browsers lay out boxes of some ten million pixels at most; what is beyond comes in further parts. */
const PART_SIZE = 200_000;
/** Rows that only fly past are not asked for. */
const REST_MS = 90;
const REFRESH_MS = 1_000;

export interface AllItemsProps {
  readonly batch: Batch;
  /** Position to show first; 0: the beginning. */
  readonly from: number;
  readonly selected: ReadonlySet<string>;
  readonly onToggle: (itemId: string) => void;
}

/** All items of a batch by position: each row's place is known before its item is, so nothing jumps. */
export function AllItems({ batch, from, selected, onToggle }: AllItemsProps) {
  const [part, setPart] = useState(0);
  const [range, setRange] = useState<readonly [first: number, last: number]>([0, 20]);
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), []);
  useEffect(() => setPart(Math.floor(Math.max(0, from - 1) / PART_SIZE)), [from]);
  const start = part * PART_SIZE;
  const [resting] = useDebouncedValue(range, REST_MS);
  const { items, isLoaded, lastSeq } = useItemsAt(batch, start + resting[0], start + resting[1]);
  const count = Math.max(batch.total, lastSeq);
  const row = (index: number) => {
    const seq = start + index + 1;
    const item = items.get(seq);
    if (item === undefined) return <EmptyRow seq={seq} isGone={isLoaded(seq)} />;
    return <ItemRow item={item} isSelected={selected.has(item.id)} onToggle={onToggle} />;
  };
  return (
    <>
      {count > PART_SIZE && <Parts count={count} part={part} onPart={setPart} />}
      <VirtualRows
        key={part}
        count={Math.min(PART_SIZE, count - start)}
        startAt={from > start ? Math.min(count, from) - 1 - start : 0}
        label="Items"
        row={row}
        onRange={onRange}
      />
    </>
  );
}

/** The items around some rows, kept up to date while the batch moves. */
function useItemsAt(batch: Batch, first: number, last: number) {
  const client = useClient();
  const queries = useQueryClient();
  const version = useThrottledValue(batch.version, REFRESH_MS);
  const firstPage = Math.floor(first / PAGE_SIZE);
  const lastPage = Math.max(firstPage, Math.floor(last / PAGE_SIZE));
  const pages = Array.from({ length: lastPage - firstPage + 1 }, (_, index) => firstPage + index);
  const results = useQueries({ queries: pages.map((page) => itemPageQuery(client, batch.id, page)) });
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['items', batch.id, 'page'] }, { cancelRefetch: false });
  }, [queries, batch.id, version]);
  const loaded = results.map(({ data }) => data);
  return useMemo(() => {
    const items = new Map<number, Item>();
    for (const page of loaded) for (const item of page?.items ?? []) items.set(item.seq, item);
    const known = new Set(pages.filter((_, index) => loaded[index] !== undefined));
    // Positions of deleted items stay empty, so the last position may lie beyond the count.
    const hasMore = typeof loaded.at(-1)?.nextCursor === 'string';
    const more = hasMore ? (lastPage + 1) * PAGE_SIZE : 0;
    return {
      items,
      isLoaded: (seq: number) => known.has(Math.floor((seq - 1) / PAGE_SIZE)),
      lastSeq: Math.max(0, more, ...items.keys()),
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the arrays are new each time, their contents are not
  }, [firstPage, lastPage, ...loaded]);
}

interface PartsProps {
  readonly count: number;
  readonly part: number;
  readonly onPart: (part: number) => void;
}

function Parts({ count, part, onPart }: PartsProps) {
  const lastPart = Math.ceil(count / PART_SIZE) - 1;
  const first = part * PART_SIZE + 1;
  return (
    <div className={classes['parts']}>
      <span>
        {fullCount(first)} to {fullCount(Math.min(count, first + PART_SIZE - 1))} of {fullCount(count)}
      </span>
      <Button size="compact-sm" variant="subtle" disabled={part === 0} onClick={() => onPart(part - 1)}>
        Before
      </Button>
      <Button size="compact-sm" variant="subtle" disabled={part >= lastPart} onClick={() => onPart(part + 1)}>
        After
      </Button>
    </div>
  );
}
