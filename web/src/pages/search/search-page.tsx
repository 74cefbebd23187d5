import { Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Passage } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { passagesQuery } from '../../data/documents.ts';
import { filterSearch, readFilter, type ShownFilter } from '../../data/passage-filter.ts';
import { countOf } from '../../text/counts.ts';
import { DocumentTabs } from '../../ui/document-tabs.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { AskIcon, SearchIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { FoundPassage } from './found-passage.tsx';
import classes from './search-page.module.css';

/** Passages as retrieval sees them: what an answer would be made from, and why. The search is in the address. */
export function SearchPage() {
  const { q = '', tag, document } = useSearch({ from: '/documents/search' });
  const filter = readFilter({ tag, document });
  const navigate = useNavigate({ from: '/documents/search' });
  const search = useCallback(
    (text: string) =>
      void navigate({
        search: { ...(text !== '' && { q: text }), ...filterSearch(readFilter({ tag, document })) },
        replace: true,
      }),
    [navigate, tag, document],
  );
  const keepTo = (next: ShownFilter) =>
    void navigate({ search: { ...(q !== '' && { q }), ...filterSearch(next) }, replace: true });
  return (
    <>
      <PageHeader
        title="Documents"
        windowTitle={q === '' ? 'Search inside' : q}
        lead="Passages as retrieval sees them: what an answer to these words would be made from."
      />
      <DocumentTabs />
      <div className={classes['bar']}>
        <SearchBox
          label="Words to search for"
          placeholder="A question, or some words"
          value={q}
          onChange={search}
        />
        <FilterBar filter={filter} onChange={keepTo} />
      </div>
      {q.trim() === '' ? <Start /> : <Found words={q.trim()} filter={filter} />}
    </>
  );
}

function Start() {
  return (
    <EmptyState icon={<SearchIcon />} title="Nothing is searched for yet">
      Type a question or some words to see which passages come first, and whether words or meaning put them
      there.
    </EmptyState>
  );
}

interface FoundProps {
  readonly words: string;
  readonly filter: ShownFilter;
}

function Found({ words, filter }: FoundProps) {
  const query = useQuery({
    ...passagesQuery(useClient(), { q: words, ...filterSearch(filter) }),
    placeholderData: keepPreviousData,
  });
  if (query.error !== null)
    return <ProblemNote error={query.error} title="The search failed" onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton height={180} mt={20} />;
  const { items } = query.data;
  if (items.length === 0) {
    return (
      <EmptyState icon={<SearchIcon />} title="Nothing is found">
        No passage of these documents has to do with these words.
      </EmptyState>
    );
  }
  return (
    <section aria-live="polite" aria-busy={query.isPlaceholderData}>
      <div className={classes['head']}>
        <h2 className={classes['count']}>{countOf(items.length, 'passage')}, best first</h2>
        <LinkButton
          size="xs"
          variant="default"
          leftSection={<AskIcon size={15} />}
          to="/ask"
          search={{ q: words, ...filterSearch(filter) }}
        >
          Ask this
        </LinkButton>
      </div>
      <Passages passages={items} />
    </section>
  );
}

function Passages({ passages }: { readonly passages: readonly Passage[] }) {
  const best = Math.max(...passages.map(({ score }) => score));
  return (
    <Panel isFlush>
      <ol className={classes['list']}>
        {passages.map((passage, index) => (
          <li key={passage.id} className={classes['passage']}>
            <FoundPassage passage={passage} place={index + 1} best={best} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
