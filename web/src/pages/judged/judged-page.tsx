import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { JudgedAnswer } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { judgedHoursQuery, judgedQuery } from '../../data/judgements.ts';
import { loadPart } from '../../live/load-part.ts';
import { Chips } from '../../ui/chips.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { CheckIcon } from '../../ui/icons.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { AnswerTabs } from '../answers/answer-tabs.tsx';
import classes from './judged-page.module.css';
import { JudgingNote } from './judging-note.tsx';

const MarksChart = lazy(async () => ({
  default: (await loadPart(() => import('./marks-chart.tsx'))).MarksChart,
}));

const LOW = 70;
const SHOWN = [
  { value: '', label: 'Low marks' },
  { value: 'all', label: 'All judged' },
];

/** What a model said of a sample of the answers: how the marks move, and which answers a person should look at. */
export function JudgedPage() {
  const client = useClient();
  const { show = '' } = useSearch({ from: '/answers/judged' });
  const navigate = useNavigate({ from: '/answers/judged' });
  const query = useInfiniteQuery(judgedQuery(client, show === 'all' ? undefined : LOW));
  const { data: hours } = useQuery(judgedHoursQuery(client));
  const judged = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeader
        title="Answers"
        windowTitle="Judged answers"
        lead="What a model said of a sample of new answers, and which of them a person should look at."
      />
      <AnswerTabs />
      {hours !== undefined && hours.items.length > 1 && (
        <Panel title="Marks of the last week">
          <Suspense fallback={<Skeleton height={220} />}>
            <MarksChart hours={hours.items} />
          </Suspense>
        </Panel>
      )}
      <JudgingNote />
      <div className={classes['filters']}>
        <Chips
          label="Which"
          options={SHOWN}
          value={show}
          onChange={(value) => void navigate({ search: { show: value }, replace: true })}
        />
      </div>
      <ProblemNote
        error={query.data === undefined ? query.error : null}
        title="The marks could not be read"
      />
      {query.data !== undefined && judged.length === 0 && <Nothing isLow={show !== 'all'} />}
      {judged.length > 0 && (
        <Panel isFlush>
          <ul className={classes['list']}>
            {judged.map((one) => (
              <JudgedRow key={one.answerId} judged={one} />
            ))}
          </ul>
        </Panel>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          More
        </Button>
      )}
    </>
  );
}

function JudgedRow({ judged }: { readonly judged: JudgedAnswer }) {
  return (
    <li className={classes['row']}>
      <div className={classes['words']}>
        <Link to="/answers" search={{ answer: judged.answerId }} className={classes['question']}>
          {judged.question}
        </Link>
        <span className={classes['why']}>{judged.why}</span>
        <span className={classes['meta']}>
          {judged.judge}, <RelativeTime at={judged.judgedAt} />
        </span>
      </div>
      <Mark name="Faithful" mark={judged.faithful} />
      <Mark name="Complete" mark={judged.complete} />
    </li>
  );
}

function Mark({ name, mark }: { readonly name: string; readonly mark: number }) {
  return <Badge tone={mark < LOW ? 'bad' : 'good'}>{`${name} ${mark}`}</Badge>;
}

function Nothing({ isLow }: { readonly isLow: boolean }) {
  return (
    <EmptyState icon={<CheckIcon />} title={isLow ? 'No answer has a low mark' : 'No answer was judged yet'}>
      A sample of new answers is judged when the server has a judge: set PREHEAT_JUDGE.
    </EmptyState>
  );
}
