import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Item } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';
import { noteOf, tookOf } from '../../text/items.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './item-row.module.css';

export interface ItemRowProps {
  readonly item: Item;
  readonly isSelected: boolean;
  readonly onToggle: (itemId: string) => void;
}

export function ItemRow({ item, isSelected, onToggle }: ItemRowProps) {
  const note = noteOf(item);
  return (
    <div className={classes['root']} data-selected={isSelected || undefined}>
      <Checkbox
        size="xs"
        aria-label={`Select ${item.description}`}
        checked={isSelected}
        onChange={() => onToggle(item.id)}
      />
      <span className={classes['seq']}>{fullCount(item.seq)}</span>
      <Link
        className={classes['words']}
        to="/queue/$batchId"
        params={{ batchId: item.batchId }}
        search={(before) => ({ ...before, item: item.id })}
        resetScroll={false}
      >
        <span className={classes['title']}>{item.description}</span>
        {note !== '' && (
          <span className={classes['note']} data-bad={item.error !== null || undefined}>
            {note}
          </span>
        )}
      </Link>
      <span className={classes['took']}>{tookOf(item)}</span>
      <span className={classes['status']}>
        <StatusBadge status={item.status} />
      </span>
    </div>
  );
}

/** A row whose item is not here yet, or was deleted: its place is known already. */
export function EmptyRow({ seq, isGone }: { readonly seq: number; readonly isGone: boolean }) {
  return (
    <div className={classes['root']}>
      <span className={classes['box']} />
      <span className={classes['seq']}>{fullCount(seq)}</span>
      {isGone ? <span className={classes['note']}>Deleted</span> : <span className={classes['ghost']} />}
    </div>
  );
}
