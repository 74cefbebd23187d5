import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import classes from './endless-list.module.css';

/** The next page is asked for this many rows before the end comes into sight. */
const AHEAD = 12;

export interface EndlessListProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Height of a row, about, in pixels. */
  readonly estimate: number;
  readonly children: (item: T, index: number) => ReactNode;
  readonly label: string;
  /** Called while the end is near; absent when all rows are here. */
  readonly onEnd?: (() => void) | undefined;
  /** A row to begin at. */
  readonly startAt?: number | undefined;
}

/** A list of any length that scrolls with the window and draws only the rows in sight. */
export function EndlessList<T>({ items, keyOf, estimate, children, label, ...rest }: EndlessListProps<T>) {
  const { onEnd, startAt } = rest;
  const list = useRef<HTMLDivElement>(null);
  const top = useTop(list);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    overscan: 8,
    scrollMargin: top,
  });
  useEffect(() => {
    if (startAt !== undefined && startAt >= 0) rows.scrollToIndex(startAt, { align: 'center' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each place, not for each measurement
  }, [startAt, top]);
  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd !== undefined && last >= items.length - AHEAD) onEnd();
  }, [onEnd, last, items.length]);
  return (
    <div
      ref={list}
      className={classes['root']}
      role="list"
      aria-label={label}
      style={{ height: rows.getTotalSize() }}
    >
      {drawn.map(({ key, index, start }) => {
        const item = items[index];
        if (item === undefined) return null;
        return (
          <div
            key={key}
            ref={rows.measureElement}
            data-index={index}
            className={classes['row']}
            role="listitem"
            aria-setsize={onEnd === undefined ? items.length : -1}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - top}px)` }}
          >
            {children(item, index)}
          </div>
        );
      })}
    </div>
  );
}

/** How far down the page an element begins; kept up to date when what stands above it grows or goes. */
function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const rect = element.current?.getBoundingClientRect();
      if (rect !== undefined) setTop(Math.round(rect.top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
