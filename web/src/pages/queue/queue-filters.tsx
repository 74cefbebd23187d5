import { Select } from '@mantine/core';
import { useCallback } from 'react';
import { Chips } from '../../ui/chips.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import type { QueueFilter } from './queue-filter.ts';
import classes from './queue-filters.module.css';

const STATUSES = [
  { value: '', label: 'All' },
  { value: 'processing', label: 'Running' },
  { value: 'paused', label: 'Paused' },
  { value: 'completed', label: 'Completed' },
  { value: 'cancelled', label: 'Cancelled' },
];

const KINDS = [
  { value: '', label: 'Every kind' },
  { value: 'answers', label: 'Answers' },
  { value: 'documents', label: 'Documents' },
  { value: 'catalogue', label: 'Catalogue' },
];

const SOURCES = [
  { value: '', label: 'Every source' },
  { value: 'typed', label: 'Typed here' },
  { value: 'upload', label: 'Upload' },
  { value: 'api', label: 'API' },
  { value: 'cli', label: 'Command line' },
  { value: 'schedule', label: 'Schedule' },
  { value: 'rewarm', label: 'Warmed again' },
];

export interface QueueFiltersProps {
  readonly filter: QueueFilter;
  readonly onChange: (changes: Partial<Record<keyof QueueFilter, string>>) => void;
}

export function QueueFilters({ filter, onChange }: QueueFiltersProps) {
  const search = useCallback((text: string) => onChange({ text }), [onChange]);
  const find = useCallback((requestId: string) => onChange({ requestId }), [onChange]);
  return (
    <div className={classes['root']}>
      <Chips
        label="Status"
        options={STATUSES}
        value={filter.status ?? ''}
        onChange={(status) => onChange({ status })}
      />
      <div className={classes['fields']}>
        <div className={classes['search']}>
          <SearchBox label="Search names" value={filter.text ?? ''} onChange={search} />
        </div>
        <div className={classes['request']}>
          <SearchBox label="Request id" isFirst={false} value={filter.requestId ?? ''} onChange={find} />
        </div>
        <Select
          aria-label="Kind"
          data={KINDS}
          value={filter.workload ?? ''}
          onChange={(workload) => onChange({ workload: workload ?? '' })}
          allowDeselect={false}
          w={136}
        />
        <Select
          aria-label="Source"
          data={SOURCES}
          value={filter.source ?? ''}
          onChange={(source) => onChange({ source: source ?? '' })}
          allowDeselect={false}
          w={146}
        />
      </div>
    </div>
  );
}
