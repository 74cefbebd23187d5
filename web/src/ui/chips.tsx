import { useEffect, useRef } from 'react';
import { shortCount } from '../text/counts.ts';
import classes from './chips.module.css';

export interface ChipOption {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
}

export interface ChipsProps {
  readonly label: string;
  readonly options: readonly ChipOption[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One of a few filters. */
export function Chips({ label, options, value, onChange }: ChipsProps) {
  // Counts that grow while one looks must not push the next chip along.
  const digits = Math.max(
    0,
    ...options.map(({ count }) => (count === undefined ? 0 : shortCount(count).length)),
  );
  const root = useRef<HTMLDivElement>(null);
  // Where there is no room for all, the chosen one is to be seen.
  useEffect(() => {
    const chip = root.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!root.current || !chip) return;
    const end = chip.offsetLeft + chip.offsetWidth - root.current.offsetLeft;
    root.current.scrollLeft = Math.max(0, end - root.current.clientWidth);
  }, [value]);
  return (
    <div ref={root} className={classes['root']} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={classes['chip']}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count !== undefined && (
            <span className={classes['count']} style={{ minWidth: `${digits}ch` }}>
              {shortCount(option.count)}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
