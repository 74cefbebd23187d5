import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { CatalogueRecord, RecordKind } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { recordsQuery } from '../../data/catalogue.ts';
import { countOf } from '../../text/counts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EndlessList } from '../../ui/endless-list.tsx';
import { BookIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './record-list.module.css';

export interface RecordListProps {
  readonly kind: RecordKind;
  readonly text: string | undefined;
}

/** What is cached, as people write it, in the order of names. */
export function RecordList({ kind, text }: RecordListProps) {
  const query = useInfiniteQuery({
    ...recordsQuery(useClient(), kind, text),
    placeholderData: keepPreviousData,
  });
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  if (data === undefined) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  const records = data.pages.flatMap((page) => page.items);
  if (records.length === 0) {
    return (
      <EmptyState
        icon={<BookIcon />}
        title={text === undefined ? 'Nothing is cached yet' : 'Nothing is called so'}
      >
        {text === undefined ? 'Warm a list of books above.' : 'Try a part of the name.'}
      </EmptyState>
    );
  }
  return (
    <Panel isFlush>
      <EndlessList
        items={records}
        keyOf={(record) => `${record.kind} ${record.key} ${record.name} ${record.fetchedAt}`}
        estimate={60}
        label="Cached records"
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
      >
        {(record) => <RecordRow record={record} />}
      </EndlessList>
    </Panel>
  );
}

function RecordRow({ record }: { readonly record: CatalogueRecord }) {
  return (
    <div className={classes['row']}>
      <div className={classes['words']}>
        <b>{record.name}</b>
        <span className={classes['more']}>{detailOf(record)}</span>
      </div>
      <div className={classes['when']}>
        {record.isStale && <span className={classes['stale']}>stale</span>}
        <span>{record.source}</span>
        <RelativeTime at={record.fetchedAt} />
      </div>
    </div>
  );
}

/** An anthology has dozens. */
const MOST_NAMES = 4;

function namesOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 1 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

/** Who wrote it, when, and in how many editions; or how much an author wrote. */
function detailOf({ kind, key, value }: CatalogueRecord): string {
  if (value === null) return '';
  if (kind === 'author') return countOf(Number(value['workCount'] ?? 0), 'work');
  const authors = Array.isArray(value['authors']) ? (value['authors'] as { name?: unknown }[]) : [];
  const parts = [
    kind === 'isbn' ? key : '',
    namesOf(authors.map(({ name }) => String(name))),
    typeof value['firstPublished'] === 'number' ? String(value['firstPublished']) : '',
    typeof value['editions'] === 'number' ? countOf(value['editions'], 'edition') : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
