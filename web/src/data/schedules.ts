import { notifications } from '@mantine/notifications';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { PreheatClient, Schedule } from '#sdk/index.ts';
import { useClient } from '../app/client.tsx';
import { tell } from '../text/problems.ts';

/** A project has at most so many, so they come in one page. */
const MOST = 200;

export function schedulesQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['schedules'],
    queryFn: async ({ signal }) => (await client.schedules.list({ limit: MOST }, { signal })).items,
    refetchInterval: 10_000,
  });
}

export function scheduleQuery(client: PreheatClient, id: string) {
  return queryOptions({
    queryKey: ['schedule', id],
    queryFn: ({ signal }) => client.schedules.get(id, { signal }),
  });
}

export function forecastQuery(client: PreheatClient, id: string) {
  return queryOptions({
    queryKey: ['forecast', id],
    queryFn: ({ signal }) => client.schedules.forecast(id, { signal }),
  });
}

/** What can be done to a schedule from a list; refusals are told. */
export function useScheduleActions(schedule: Schedule) {
  const client = useClient();
  const queries = useQueryClient();
  const act = <T>(title: string, work: () => Promise<T>) => ({
    mutationFn: work,
    onError: (error: unknown) =>
      void notifications.show({ color: 'red', title, message: tell(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['schedules'] }),
  });
  const { id, isOn } = schedule;
  return {
    toggle: useMutation(act('Not changed', () => client.schedules.change(id, { isOn: !isOn }))),
    run: useMutation(act('Not started', () => client.schedules.run(id))),
    remove: useMutation(act('Not deleted', () => client.schedules.delete(id))),
  };
}
