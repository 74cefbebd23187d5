import { TextInput } from '@mantine/core';
import { useCallback } from 'react';
import type { Batch } from '#sdk/index.ts';
import type { ItemFilter } from '../../data/items.ts';
import { isEnded } from '../../text/batches.ts';
import { Chips, type ChipOption } from '../../ui/chips.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import classes from './item-filters.module.css';

/** A batch that fits on a screen or two needs no jumping. */
const LEAST_FOR_JUMP = 200;

export interface ItemFiltersProps {
  readonly batch: Batch;
  readonly filter: ItemFilter;
  readonly from: number;
  readonly onChange: (changes: Partial<Record<'status' | 'text' | 'error' | 'from', string>>) => void;
}

export function ItemFilters({ batch, filter, from, onChange }: ItemFiltersProps) {
  const search = useCallback((text: string) => onChange({ text }), [onChange]);
  const jump = (text: string) => {
    const position = Number(text.replaceAll(/\D/g, ''));
    if (position !== from) onChange({ from: position === 0 ? '' : String(position) });
  };
  return (
    <div className={classes['root']} data-long={batch.total > LEAST_FOR_JUMP || undefined}>
      <Chips
        label="Status of items"
        options={optionsOf(batch)}
        value={filter.status ?? ''}
        onChange={(status) => onChange({ status, from: '' })}
      />
      <div className={classes['fields']}>
        {batch.total > LEAST_FOR_JUMP && (
          <TextInput
            key={from}
            aria-label="Go to position"
            placeholder="Go to #"
            inputMode="numeric"
            w={104}
            defaultValue={from === 0 ? '' : from}
            onKeyDown={(event) => event.key === 'Enter' && jump(event.currentTarget.value)}
            onBlur={(event) => jump(event.currentTarget.value)}
          />
        )}
        <div className={classes['search']}>
          <SearchBox label="Search questions and errors" value={filter.text ?? ''} onChange={search} />
        </div>
      </div>
    </div>
  );
}

/** Statuses that it has items in. Those that come and go while it runs keep their place until it ends. */
function optionsOf(batch: Batch): ChipOption[] {
  const { counts, total } = batch;
  const options: ChipOption[] = [
    { value: 'completed', label: 'Completed', count: counts.completed },
    { value: 'failed', label: 'Failed', count: counts.failed },
    { value: 'skipped', label: 'Skipped', count: counts.skipped },
    { value: 'cancelled', label: 'Cancelled', count: counts.cancelled },
    { value: 'processing', label: 'Running', count: counts.processing },
    { value: 'pending', label: 'Waiting', count: counts.pending },
  ];
  const always = new Set(['completed', 'failed', ...(isEnded(batch) ? [] : ['processing', 'pending'])]);
  const shown = options.filter(({ value, count }) => count !== 0 || always.has(value));
  return [{ value: '', label: 'All', count: total }, ...shown];
}
