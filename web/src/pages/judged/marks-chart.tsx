// The legend and the tooltip are made of swatches, which nothing else here needs.
import '@mantine/core/styles/ColorSwatch.css';
import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import type { JudgedHour } from '#sdk/index.ts';

const HOUR = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

const SERIES = [
  { name: 'faithful', label: 'Faithful to the passages', color: 'var(--heat)' },
  { name: 'complete', label: 'Complete', color: 'var(--good)' },
];

/** The means of the marks, hour by hour. */
export function MarksChart({ hours }: { readonly hours: readonly JudgedHour[] }) {
  const data = hours.map((hour) => ({ ...hour, hour: HOUR.format(Date.parse(hour.hour)) }));
  return (
    <LineChart
      h={220}
      data={data}
      dataKey="hour"
      series={SERIES}
      yAxisProps={{ domain: [0, 100] }}
      valueFormatter={(value) => String(Math.round(value))}
      tickLine="none"
      gridAxis="x"
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 36 }}
      lineProps={{ isAnimationActive: false }}
    />
  );
}
