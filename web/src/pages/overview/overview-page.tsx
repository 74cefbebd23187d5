import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useClient } from '../../app/client.tsx';
import { openAlertsQuery } from '../../data/alerts.ts';
import { batchesQuery } from '../../data/batches.ts';
import { popularMissesQuery } from '../../data/misses.ts';
import { hourlyQuery } from '../../data/hourly.ts';
import { readyQuery, statsQuery, workersQuery } from '../../data/system.ts';
import { loadPart } from '../../live/load-part.ts';
import type { Batch, Stats } from '#sdk/index.ts';
import { FlameIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Attention } from './attention.tsx';
import { EngineNote } from './engine-note.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps } from './first-steps.tsx';
import { RecentBatches } from './recent-batches.tsx';
import classes from './overview-page.module.css';

/** With the chart comes a large library: only when there is something to draw. */
const HourlyChart = lazy(async () => ({
  default: (await loadPart(() => import('./hourly-chart.tsx'))).HourlyChart,
}));

/** What is warm, what is in hand, what needs somebody. */
export function OverviewPage() {
  const client = useClient();
  const stats = useQuery(statsQuery(client));
  const ready = useQuery(readyQuery(client));
  const workers = useQuery(workersQuery(client));
  const list = useInfiniteQuery(batchesQuery(client, {}));
  const batches = list.data?.pages.flatMap((page) => page.items);
  const alerts = useQuery(openAlertsQuery(client));
  const misses = useQuery(popularMissesQuery(client));
  const isUnknown = stats.data === undefined && stats.error !== null;
  return (
    <>
      <PageHeader
        title="Overview"
        lead={<EngineNote ready={ready.data} workers={workers.data?.items} />}
        actions={
          <LinkButton to="/warm" leftSection={<FlameIcon size={16} />}>
            Warm questions
          </LinkButton>
        }
      />
      {isNew(stats.data, batches) ? (
        <FirstSteps />
      ) : (
        <div className={classes['stack']}>
          <Attention
            alerts={alerts.data}
            stats={stats.data}
            ready={ready.data}
            workers={workers.data?.items}
            batches={batches}
            misses={misses.data}
          />
          {isUnknown ? (
            <ProblemNote error={stats.error} onRetry={() => void stats.refetch()} />
          ) : (
            <Figures stats={stats.data} />
          )}
          {(batches !== undefined || !isUnknown) && <RecentBatches batches={batches} />}
          <LastDay />
        </div>
      )}
    </>
  );
}

/** The chart, once there is something to draw. */
function LastDay() {
  const { data } = useQuery(hourlyQuery(useClient()));
  if (data === undefined || data.isEmpty) return null;
  return (
    <Panel title="The last 24 hours">
      <div className={classes['chart']}>
        <Suspense fallback={null}>
          <HourlyChart hours={data.hours} />
        </Suspense>
      </div>
    </Panel>
  );
}

function isNew(stats: Stats | undefined, batches: readonly Batch[] | undefined): boolean {
  return stats?.answers.total === 0 && stats.documents.total === 0 && batches?.length === 0;
}
