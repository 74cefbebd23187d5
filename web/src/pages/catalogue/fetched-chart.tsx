// The legend and the tooltip are made of swatches, which nothing else here needs.
import '@mantine/core/styles/ColorSwatch.css';
import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import type { Hour } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const SERIES = [
  { name: 'authors', label: 'Authors', color: 'var(--heat)' },
  { name: 'works', label: 'Works', color: 'var(--heat-soft)' },
  { name: 'calls', label: 'Calls made', color: 'var(--idle)' },
];

/** What was fetched, hour by hour, and what that took. */
export function FetchedChart({ hours }: { readonly hours: readonly Hour[] }) {
  const data = hours.map(({ hour, figures }) => ({
    hour: HOUR.format(Date.parse(hour)),
    authors: figures['authors'] ?? 0,
    works: figures['works'] ?? 0,
    calls: figures['calls'] ?? 0,
  }));
  return (
    <BarChart
      h={220}
      data={data}
      dataKey="hour"
      series={SERIES}
      valueFormatter={fullCount}
      tickLine="none"
      gridAxis="x"
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 36 }}
      barProps={{ isAnimationActive: false, maxBarSize: 20 }}
    />
  );
}
