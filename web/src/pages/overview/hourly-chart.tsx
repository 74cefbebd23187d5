// The legend and the tooltip are made of swatches, which nothing else here needs.
import '@mantine/core/styles/ColorSwatch.css';
import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import type { Hour } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const SERIES = [
  { name: 'completed', label: 'Completed', color: 'var(--heat)' },
  { name: 'skipped', label: 'Skipped', color: 'var(--heat-soft)' },
  { name: 'failed', label: 'Failed', color: 'var(--bad)' },
];

/** How items ended, hour by hour. */
export function HourlyChart({ hours }: { readonly hours: readonly Hour[] }) {
  const data = hours.map((hour) => ({ ...hour, hour: HOUR.format(Date.parse(hour.hour)) }));
  return (
    <BarChart
      h={260}
      data={data}
      dataKey="hour"
      type="stacked"
      series={SERIES}
      valueFormatter={fullCount}
      tickLine="none"
      gridAxis="x"
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 36 }}
      barProps={{ isAnimationActive: false, maxBarSize: 34 }}
    />
  );
}
