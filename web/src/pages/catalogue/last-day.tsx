import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useClient } from '../../app/client.tsx';
import { hourlyQuery } from '../../data/hourly.ts';
import { loadPart } from '../../live/load-part.ts';
import { Panel } from '../../ui/panel.tsx';

const FetchedChart = lazy(async () => ({
  default: (await loadPart(() => import('./fetched-chart.tsx'))).FetchedChart,
}));

/** What was fetched in the last day; nothing where nothing was. */
export function LastDay() {
  const { data } = useQuery(hourlyQuery(useClient()));
  const hasAny = data?.hours.some(({ figures }) => (figures['authors'] ?? 0) + (figures['calls'] ?? 0) > 0);
  if (data === undefined || hasAny !== true) return null;
  return (
    <Panel title="Fetched in the last 24 hours">
      <Suspense fallback={<div style={{ height: 220 }} />}>
        <FetchedChart hours={data.hours} />
      </Suspense>
    </Panel>
  );
}
