import './mantine.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { LiveBatches } from '../live/live-batches.ts';
import { noteLostSheets } from '../live/load-part.ts';
import { LiveProvider } from '../live/live-provider.tsx';
import { Reachability } from '../live/reachability.ts';
import { ClientProvider, openClient } from './client.tsx';
import { openQueries } from './query-client.ts';
import { openRouter } from './router.tsx';
import { resolveVariables, theme } from './theme.ts';

const schemes = localStorageColorSchemeManager({ key: 'preheat-scheme' });
const reachability = new Reachability();
const client = openClient(reachability);
const queries = openQueries();
const live = { batches: new LiveBatches(client, queries), reachability };
const router = openRouter();
noteLostSheets();
reachability.onBack(() => {
  live.batches.restart();
  void queries.invalidateQueries();
});

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <ClientProvider client={client}>
        <QueryClientProvider client={queries}>
          <LiveProvider live={live}>
            <Notifications position="bottom-right" autoClose={5_000} limit={4} />
            <RouterProvider router={router} />
          </LiveProvider>
        </QueryClientProvider>
      </ClientProvider>
    </MantineProvider>
  );
}
