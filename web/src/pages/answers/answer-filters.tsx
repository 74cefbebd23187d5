import { CloseButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Stats } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import type { AnswerFilter } from '../../data/answers.ts';
import { documentQuery } from '../../data/documents.ts';
import { Chips, type ChipOption } from '../../ui/chips.tsx';
import { DocumentIcon } from '../../ui/icons.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import classes from './answer-filters.module.css';

export type AnswerSearch = { readonly [K in keyof AnswerFilter]?: string | undefined };

export interface AnswerFiltersProps {
  readonly filter: AnswerFilter;
  readonly stats: Stats['answers'] | undefined;
  readonly onChange: (changes: AnswerSearch) => void;
}

export function AnswerFilters({ filter, stats, onChange }: AnswerFiltersProps) {
  const search = useCallback((text: string) => onChange({ text }), [onChange]);
  const isNarrowed = filter.text !== undefined || filter.documentId !== undefined;
  return (
    <div className={classes['root']}>
      <Chips
        label="State"
        options={optionsOf(isNarrowed ? undefined : stats)}
        value={valueOf(filter)}
        onChange={(value) =>
          onChange({
            found: foundOf(value),
            expired: flagOf(value, 'expired'),
            suspect: flagOf(value, 'suspect'),
          })
        }
      />
      <div className={classes['search']}>
        <SearchBox label="Search the questions" value={filter.text ?? ''} onChange={search} />
      </div>
      {filter.documentId !== undefined && (
        <DocumentChip documentId={filter.documentId} onClear={() => onChange({ documentId: undefined })} />
      )}
    </div>
  );
}

function DocumentChip({
  documentId,
  onClear,
}: {
  readonly documentId: string;
  readonly onClear: () => void;
}) {
  const { data } = useQuery(documentQuery(useClient(), documentId));
  return (
    <div className={classes['document']}>
      <DocumentIcon size={16} />
      <span>
        Resting on <b>{data?.name ?? documentId}</b>
      </span>
      <CloseButton size="sm" aria-label="Answers of every document" onClick={onClear} />
    </div>
  );
}

/** The server counts the whole cache, so the numbers stand there only while nothing narrows it. */
function optionsOf(stats: Stats['answers'] | undefined): readonly ChipOption[] {
  const counted = (value: string, label: string, count: number | undefined) =>
    count === undefined ? { value, label } : { value, label, count };
  return [
    counted('', 'All', stats?.total),
    counted('found', 'Found', stats && stats.total - stats.notFound),
    counted('missing', 'Not found', stats?.notFound),
    counted('suspect', 'To be checked', stats?.suspect),
    counted('expired', 'Expired', stats?.expired),
  ];
}

function valueOf({ found, expired, suspect }: AnswerFilter): string {
  if (suspect === true) return 'suspect';
  if (expired === true) return 'expired';
  if (found === undefined) return '';
  return found === true ? 'found' : 'missing';
}

function flagOf(value: string, flag: string): string | undefined {
  return value === flag ? 'true' : undefined;
}

function foundOf(value: string): string | undefined {
  if (value === 'found') return 'true';
  return value === 'missing' ? 'false' : undefined;
}
