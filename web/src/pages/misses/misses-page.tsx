import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { MissGroup } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { missesQuery, type MissFilter } from '../../data/misses.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { CheckIcon, SearchIcon } from '../../ui/icons.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { AnswerTabs } from '../answers/answer-tabs.tsx';
import { MissActions } from './miss-actions.tsx';
import { MissFilters } from './miss-filters.tsx';
import { MissList } from './miss-list.tsx';
import { useForgetMisses } from './use-miss-actions.ts';
import { ForScope } from '../../ui/for-scope.tsx';

const NONE: readonly MissGroup[] = [];

/** What people asked for and had to wait: what to warm next. */
export function MissesPage() {
  const search = useSearch({ from: '/answers/misses' });
  const navigate = useNavigate({ from: '/answers/misses' });
  const filter = filterOf(search);
  const query = useInfiniteQuery({ ...missesQuery(useClient(), filter), placeholderData: keepPreviousData });
  const misses = query.data?.pages.flatMap(({ items }) => items) ?? NONE;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const change = useCallback(
    (changes: { readonly state?: string; readonly text?: string }) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const setText = useCallback((text: string) => change({ text }), [change]);
  const showAll = () => void navigate({ search: { state: 'all' } });
  return (
    <>
      <PageHeader
        title="Answers"
        windowTitle="Misses"
        lead="What somebody had to wait for, in whichever words, most missed first: what to warm next."
        actions={
          misses.length > 0 && (
            <ForScope scope="warm">
              <MissActions
                misses={misses}
                chosen={misses.filter(({ id }) => selected.has(id))}
                filter={filter}
                hasMore={query.hasNextPage}
              />
            </ForScope>
          )
        }
      />
      <AnswerTabs />
      <MissFilters
        state={search.state ?? ''}
        text={search.text ?? ''}
        onState={(state) => change({ state })}
        onText={setText}
      />
      {query.data === undefined && <Unknown error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && misses.length === 0 && <Nothing filter={filter} onClear={showAll} />}
      {misses.length > 0 && (
        <Missed query={query} misses={misses} selected={selected} onSelect={setSelected} />
      )}
    </>
  );
}

interface MissedProps {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
  readonly misses: readonly MissGroup[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
}

function Missed({ query, misses, selected, onSelect }: MissedProps) {
  const forget = useForgetMisses();
  const canGoOn = query.hasNextPage && !query.isFetchingNextPage;
  return (
    <MissList
      misses={misses}
      selected={selected}
      onSelect={onSelect}
      onForget={(miss) => forget.mutate(miss)}
      onEnd={canGoOn ? () => void query.fetchNextPage() : undefined}
    />
  );
}

function Nothing({ filter, onClear }: { readonly filter: MissFilter; readonly onClear: () => void }) {
  if (filter.text === undefined && filter.state === 'cold') {
    return (
      <Panel>
        <EmptyState icon={<CheckIcon />} title="Nobody has to wait">
          Questions come here when somebody asks them and no warm answer is there. One click warms them, so
          that the next one does not wait.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel>
      <EmptyState
        icon={<SearchIcon />}
        title="No missed question matches"
        action={
          <Button variant="default" onClick={onClear}>
            Show all that missed
          </Button>
        }
      >
        Try another word of the question, or another state.
      </EmptyState>
    </Panel>
  );
}

function Unknown({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (error !== null) return <ProblemNote error={error} onRetry={onRetry} />;
  return (
    <Panel>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={18} my={18} radius="sm" width={`${88 - row * 11}%`} animate={false} />
      ))}
    </Panel>
  );
}

function filterOf({ state = 'cold', text }: Readonly<Record<string, string | undefined>>): MissFilter {
  return {
    ...(state === 'cold' || state === 'warm' || state === 'not_found' ? { state } : {}),
    ...(text === undefined ? {} : { text }),
  };
}
