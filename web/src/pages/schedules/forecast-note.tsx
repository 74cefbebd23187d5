import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../app/client.tsx';
import { forecastQuery } from '../../data/schedules.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { formatDuration, formatExact } from '../../text/times.ts';
import classes from './forecast-note.module.css';

/** What the runs to come will probably cost, as saved. */
export function ForecastNote({ scheduleId }: { readonly scheduleId: string }) {
  const { data: forecast } = useQuery(forecastQuery(useClient(), scheduleId));
  if (forecast === undefined) return null;
  const [next] = forecast.runsAt;
  return (
    <dl className={classes['root']}>
      <div>
        <dt>Next</dt>
        <dd>{next === undefined ? 'Never' : formatExact(Date.parse(next))}</dd>
      </div>
      <div>
        <dt>In 30 days</dt>
        <dd>{countOf(forecast.runsPerMonth, 'run')}</dd>
      </div>
      <div>
        <dt>Next run makes</dt>
        <dd>{countOf(forecast.toMake, 'answer')}</dd>
      </div>
      <div>
        <dt>Which takes</dt>
        <dd>
          {forecast.seconds === null ? 'Not known yet' : formatDuration(forecast.seconds * 1_000)}
          {forecast.tokens !== null && forecast.tokens > 0 && `, ${fullCount(forecast.tokens)} tokens`}
        </dd>
      </div>
    </dl>
  );
}
