import { queryOptions } from '@tanstack/react-query';
import type { Hour, PreheatClient } from '#sdk/index.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** The last day, hour by hour, oldest first; hours in which nothing happened are there too. */
export function hourlyQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['stats-hourly'],
    queryFn: async ({ signal }) => {
      const { items } = await client.system.hours({ hours: HOURS }, { signal });
      return { isEmpty: items.length === 0, hours: everyHour(items, Date.now()) };
    },
    refetchInterval: 60_000,
    // What was done since the page was here last belongs to this hour.
    refetchOnMount: 'always',
  });
}

function everyHour(known: readonly Hour[], now: number): Hour[] {
  const byStart = new Map(known.map((hour) => [Date.parse(hour.hour), hour]));
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, index) => {
    const start = last - (HOURS - 1 - index) * HOUR_MS;
    return byStart.get(start) ?? { ...NOTHING, hour: new Date(start).toISOString() };
  });
}

const NOTHING = {
  completed: 0,
  failed: 0,
  skipped: 0,
  hits: 0,
  misses: 0,
  savedMs: 0,
  savedTokens: 0,
  figures: {},
};
