import { Checkbox, Skeleton } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useClient } from '../../app/client.tsx';
import { answersQuery, type AnswerFilter } from '../../data/answers.ts';
import { statsQuery } from '../../data/system.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AnswersIcon, SearchIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { AnswerDrawer } from './answer-drawer.tsx';
import { AnswerFilters, type AnswerSearch } from './answer-filters.tsx';
import { AnswerTabs } from './answer-tabs.tsx';
import { AnswerRows } from './answer-rows.tsx';
import { DropMenu } from './drop-menu.tsx';
import { SelectedAnswers } from './selected-answers.tsx';
import { usePurge } from './use-answer-actions.tsx';
import { ForScope } from '../../ui/for-scope.tsx';

/** What the cache holds, and how warm it is. */
export function AnswersPage() {
  const client = useClient();
  const search = useSearch({ from: '/answers' });
  const navigate = useNavigate({ from: '/answers' });
  const filter = filterOf(search);
  const { data: stats } = useQuery(statsQuery(client));
  const purge = usePurge();
  const setFilter = useCallback(
    (changes: AnswerSearch) =>
      void navigate({ search: (before) => withChanges(before, changes), replace: true }),
    [navigate],
  );
  const open = (answer: string | undefined, replace = false) => {
    void navigate({ search: (before) => withChanges(before, { answer }), replace, resetScroll: false });
  };
  return (
    <>
      <PageHeader
        title="Answers"
        lead="What the cache holds: given at once while warm, made again when the documents change."
        actions={
          stats !== undefined &&
          stats.answers.total > 0 && (
            <ForScope scope="warm">
              <DropMenu filter={filter} stats={stats.answers} onPurge={purge.mutate} />
            </ForScope>
          )
        }
      />
      <AnswerTabs />
      <AnswerFilters filter={filter} stats={stats?.answers} onChange={setFilter} />
      <Answers filter={filter} onOpen={open} />
      <AnswerDrawer
        answerId={search.answer ?? null}
        onClose={() => open(undefined)}
        onReplace={(id) => open(id, true)}
      />
    </>
  );
}

interface AnswersProps {
  readonly filter: AnswerFilter;
  readonly onOpen: (answerId: string) => void;
}

function Answers({ filter, onOpen }: AnswersProps) {
  const query = useInfiniteQuery({ ...answersQuery(useClient(), filter), placeholderData: keepPreviousData });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  if (query.data === undefined) {
    if (query.error === null) return <Placeholder />;
    return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  }
  const answers = query.data.pages.flatMap(({ items }) => items);
  if (answers.length === 0) return <Nothing isFiltered={Object.keys(filter).length > 0} />;
  const chosen = answers.filter(({ id }) => selected.has(id));
  const isAll = chosen.length === answers.length;
  return (
    <>
      <AnswerRows
        answers={answers}
        onOpen={onOpen}
        onEnd={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
        selected={selected}
        onSelect={(id, isSelected) => setSelected(changed(selected, id, isSelected))}
        head={
          <Checkbox
            size="xs"
            label={chosen.length === 0 ? 'Select all shown' : `${chosen.length} selected`}
            checked={isAll}
            indeterminate={chosen.length > 0 && !isAll}
            onChange={() => setSelected(new Set(isAll ? [] : answers.map(({ id }) => id)))}
          />
        }
      />
      <ForScope scope="warm">
        <SelectedAnswers chosen={chosen} onDone={() => setSelected(new Set())} />
      </ForScope>
    </>
  );
}

function changed(selected: ReadonlySet<string>, id: string, isSelected: boolean): ReadonlySet<string> {
  const next = new Set(selected);
  if (isSelected) next.add(id);
  else next.delete(id);
  return next;
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <Panel>
      {isFiltered ? (
        <EmptyState
          icon={<SearchIcon />}
          title="No answer matches"
          action={
            <LinkButton variant="default" to="/answers" search={{}}>
              Show all answers
            </LinkButton>
          }
        >
          Try another word of the question, or fewer filters.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<AnswersIcon />}
          title="Nothing is warm yet"
          action={
            <>
              <LinkButton to="/warm">Warm some questions</LinkButton>
              <LinkButton variant="default" to="/ask">
                Ask one
              </LinkButton>
            </>
          }
        >
          Answers come here when questions are warmed or asked. From then on they are given in about a
          millisecond.
        </EmptyState>
      )}
    </Panel>
  );
}

function Placeholder() {
  return (
    <Panel>
      {[0, 1, 2, 3, 4].map((row) => (
        <Skeleton key={row} height={18} my={24} radius="sm" width={`${92 - row * 9}%`} animate={false} />
      ))}
    </Panel>
  );
}

function filterOf({
  text,
  found,
  expired,
  suspect,
  documentId,
}: Record<string, string | undefined>): AnswerFilter {
  return {
    ...(text === undefined ? {} : { text }),
    ...(found === undefined ? {} : { found: found === 'true' }),
    ...(expired === undefined ? {} : { expired: true }),
    ...(suspect === undefined ? {} : { suspect: true }),
    ...(documentId === undefined ? {} : { documentId }),
  };
}

/** What is changed to nothing goes out of the address. */
function withChanges<S extends object>(before: S, changes: Record<string, string | undefined>): S {
  const merged: Record<string, string | undefined> = { ...before, ...changes };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''),
  ) as S;
}
