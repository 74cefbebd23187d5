import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { heightOf, NARROW_ROW_PX, ROW_PX } from './row-heights.ts';
import classes from './virtual-rows.module.css';

export interface VirtualRowsProps {
  readonly count: number;
  /** Index to begin at; a change of it scrolls there. */
  readonly startAt: number;
  readonly label: string;
  readonly row: (index: number) => ReactNode;
  /** The rows that can be seen; said again when they change. */
  readonly onRange: (first: number, last: number) => void;
}

/** A long list of rows of one height, of which only those in sight are there. */
export function VirtualRows({ count, startAt, label, row, onRange }: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false });
  const rowPx = isNarrow === true ? NARROW_ROW_PX : ROW_PX;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  useEffect(() => rows.measure(), [rows, rowPx]);
  useEffect(() => {
    if (startAt > 0) rows.scrollToIndex(startAt, { align: 'start' });
  }, [rows, startAt]);
  const first = rows.range?.startIndex ?? 0;
  const last = rows.range?.endIndex ?? 0;
  useEffect(() => onRange(first, last), [first, last, onRange]);
  return (
    <div
      ref={scroller}
      className={classes['scroller']}
      style={{ height: heightOf(count * rowPx) }}
      tabIndex={0}
      role="list"
      aria-label={label}
    >
      <div className={classes['space']} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <div
            key={item.key}
            role="listitem"
            className={classes['row']}
            style={{ height: rowPx, transform: `translateY(${item.start}px)` }}
          >
            {row(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
