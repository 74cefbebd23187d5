import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { RecordKind } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { catalogueStatsQuery } from '../../data/catalogue.ts';
import { percent, shortCount } from '../../text/counts.ts';
import { Chips } from '../../ui/chips.tsx';
import { Facts } from '../../ui/facts.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import classes from './catalogue-page.module.css';
import { LastDay } from './last-day.tsx';
import { RecordList } from './record-list.tsx';
import { WarmList } from './warm-list.tsx';

const KINDS = [
  { value: 'title', label: 'Titles' },
  { value: 'author', label: 'Authors' },
  { value: 'isbn', label: 'ISBNs' },
] as const;

/** Books: lists to warm, and what is cached of them. */
export function CataloguePage() {
  return (
    <>
      <PageHeader
        title="Catalogue"
        lead="A list of books becomes its authors; their works are fetched once, and whoever wrote along follows."
      />
      <div className={classes['stack']}>
        <Refusals />
        <WarmList />
        <Figures />
        <LastDay />
        <Records />
      </div>
    </>
  );
}

/** Sources that cannot be asked, with what to do. */
function Refusals() {
  const { data } = useQuery(catalogueStatsQuery(useClient()));
  const refused = data?.sources.filter((source) => source.refusal !== null) ?? [];
  if (refused.length === 0) return null;
  return (
    <div className={classes['refusals']} role="status">
      {refused.map(({ name, refusal }) => (
        <p key={name}>{refusal}.</p>
      ))}
    </div>
  );
}

function Figures() {
  const { data, error } = useQuery(catalogueStatsQuery(useClient()));
  if (data === undefined) return <ProblemNote error={error} />;
  const { records, summary } = data;
  const facts = [
    ['Authors', shortCount(records.authors)],
    ['Titles', shortCount(records.titles)],
    ['ISBNs', shortCount(records.isbns)],
    ['Works for each book', summary.multiplication === null ? '–' : summary.multiplication.toFixed(1)],
    ['Calls made', shortCount(summary.calls)],
    ['Calls spared', summary.hitRate === null ? '–' : percent(summary.hitRate)],
  ] as const;
  return (
    <Panel title="What is cached">
      <Facts facts={facts.map(([name, value]) => ({ name, value }))} />
    </Panel>
  );
}

function Records() {
  const search = useSearch({ from: '/catalogue' });
  const navigate = useNavigate({ from: '/catalogue' });
  const kind = (KINDS.find(({ value }) => value === search.kind)?.value ?? 'title') satisfies RecordKind;
  const find = useCallback(
    (text: string) => void navigate({ search: text === '' ? { kind } : { kind, text }, replace: true }),
    [navigate, kind],
  );
  return (
    <section>
      <div className={classes['bar']}>
        <Chips
          label="Kind of record"
          options={KINDS}
          value={kind}
          onChange={(next) => void navigate({ search: (old) => ({ ...old, kind: next }), replace: true })}
        />
        <div className={classes['search']}>
          <SearchBox label="Search names" value={search.text ?? ''} onChange={find} />
        </div>
      </div>
      <RecordList kind={kind} text={search.text} />
    </section>
  );
}
